-- What wrk asks for, and what it prints at the end: one line of JSON, with the fields of a Burst.
local target, fixed, mark, count, distinct

function init(arguments)
  target = arguments[1]
  wrk.headers["Accept"] = arguments[2]
  distinct = arguments[3] == "distinct"
  mark = "%0A%23" .. arguments[4]
  count = 0
  fixed = wrk.format("GET", target)
end

function request()
  if not distinct then
    return fixed
  end
  count = count + 1
  return wrk.format("GET", target .. mark .. count)
end

function done(summary, latency)
  local failures = summary.errors.status + summary.errors.read + summary.errors.timeout
    + summary.errors.connect + summary.errors.write
  io.write(string.format(
    '{"answers": %d, "failures": %d, "seconds": %.6f, "median": %.6f, "p99": %.6f, "bytes": %d}\n',
    summary.requests - summary.errors.status, failures, summary.duration / 1e6,
    latency:percentile(50) / 1e6, latency:percentile(99) / 1e6, summary.bytes))
end

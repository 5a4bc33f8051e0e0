"""DataCite: the data set as archives and registries of identifiers want to know it."""

from __future__ import annotations

from collections.abc import Sequence

from travaux_build.description import Download, Edition
from travaux_build.metadata.licences import spdx_name

Record = dict[str, object]


def datacite(edition: Edition, downloads: Sequence[Download]) -> Record:
    """A record of the release by the DataCite Metadata Schema 4.5, in its JSON form.

    No DOI is registered: the release's IRI stands as an alternate identifier.
    """
    card, iris = edition.card, edition.iris
    whole = [download for download in downloads if download.is_whole]
    dates = [{"date": edition.month, "dateType": "Issued"}]
    if card.period:
        period = {"date": "/".join(card.period), "dateInformation": "What the data are about"}
        dates.append({**period, "dateType": "Other"})
    record: Record = {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "alternateIdentifiers": [{"alternateIdentifier": edition.release, "alternateIdentifierType": "URL"}],
        "url": edition.release,
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "RDF dataset"},
        "titles": [{"title": text, "lang": tag} for tag, text in sorted(card.title.items())],
        "creators": [{"name": card.publisher, "nameType": "Organizational"}],
        "publisher": {"name": card.publisher},
        "publicationYear": edition.version.partition(".")[0],
        "dates": dates,
        "version": edition.version,
        "language": next(iter(card.languages), ""),
        "subjects": [
            *({"subject": word, "lang": "en"} for word in card.keywords),
            *(
                {"subject": label["en"], "valueUri": theme, "lang": "en"}
                for theme, label in card.themes.items()
            ),
        ],
        "descriptions": [
            {"description": text, "descriptionType": "Abstract", "lang": tag}
            for tag, text in sorted(card.description.items())
        ],
        "geoLocations": [{"geoLocationPlace": label["en"]} for label in card.places.values()],
        "rightsList": [_rights(card.licence)],
        "sizes": [f"{download.bytes} bytes ({download.name})" for download in whole],
        "formats": sorted({download.media_type for download in whole}),
        "relatedIdentifiers": [
            _related(iris.dataset, "IsVersionOf"),
            _related(iris.catalogue, "HasMetadata"),
            _related(iris.ontology, "References"),
        ],
    }
    if card.contact:
        contact = {"name": card.contact.name, "contributorType": "ContactPerson"}
        record["contributors"] = [contact | {"nameType": "Organizational"}]
    return {key: value for key, value in record.items() if value not in ("", [])}


def _rights(licence: str) -> Record:
    name = spdx_name(licence)
    known = {"rightsIdentifier": name, "rightsIdentifierScheme": "SPDX", "rights": name} if name else {}
    return {"rightsUri": licence, **known}


def _related(iri: str, relation: str) -> Record:
    return {"relatedIdentifier": iri, "relatedIdentifierType": "URL", "relationType": relation}

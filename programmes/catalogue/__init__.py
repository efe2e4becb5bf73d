"""Programmes as data: one folder a programme, checked by the schemas, read into plain records."""

from programmes.catalogue.loader import CATALOGUES, load_catalogue
from programmes.catalogue.reading import CatalogueError
from programmes.catalogue.records import ProgrammeRecord

__all__ = ["CATALOGUES", "CatalogueError", "ProgrammeRecord", "load_catalogue"]

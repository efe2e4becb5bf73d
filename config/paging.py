"""How lists of the API are cut into pages."""

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """25 rows a page, up to 200 when asked with `page_size`."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 200
    page_query_description = "Номер страницы, с единицы."
    page_size_query_description = "Строк на странице: 25, если не сказано, не больше 200."

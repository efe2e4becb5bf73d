from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"
    verbose_name = "Демонстрационный регион"
    unjournalled = {"BuiltStep": "пометка о постройке демонстрации, не данные портала"}

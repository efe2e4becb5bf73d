from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"
    verbose_name = "Задания"
    unjournalled = {"Job": "ход работы: сердцебиение и проценты; о заказе и итоге говорят события"}
    secret_columns = {"Upload": ["spool_key"]}

"""Addresses of accounts; `config.accounts` adds those of pages that need to know where somebody works."""

from django.urls import path

from accounts.views import openid, password, second_factor, sessions, sign_in

app_name = "accounts"
urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/code/", sign_in.sign_in_code, name="sign-in-code"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("openid/", openid.openid, name="openid"),
    path("openid/return/", openid.openid_return, name="openid-return"),
    path("password/", password.password, name="password"),
    path("second-factor/", second_factor.second_factor, name="second-factor"),
    path("second-factor/set-up/", second_factor.set_up, name="second-factor-set-up"),
    path("second-factor/remove/", second_factor.remove, name="second-factor-remove"),
    path("second-factor/codes/", second_factor.recovery_codes, name="recovery-codes"),
    path("second-factor/codes/file/", second_factor.recovery_codes_file, name="recovery-codes-file"),
    path("second-factor/codes/renew/", second_factor.renew_codes, name="recovery-codes-renew"),
    path("sessions/", sessions.session_list, name="session-list"),
    path("sessions/<int:pk>/end/", sessions.session_end, name="session-end"),
    path("sessions/end-others/", sessions.sessions_end_others, name="sessions-end-others"),
]

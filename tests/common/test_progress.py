import io

from common.progress import Bar, track


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_loop_passes_every_item_on_and_ends_full():
    out = io.StringIO()
    assert list(track("абв", total=3, out=out, text="читаю")) == ["а", "б", "в"]
    assert out.getvalue().splitlines()[-1] == "█" * 28 + " 100 % читаю"


def test_a_terminal_sees_one_line_with_the_time_left():
    out, clock = Terminal(), Clock()
    bar = Bar(out, clock)
    bar(0, 100, "считаю")
    clock.now = 10.0
    bar(25, 100, "считаю")
    assert out.getvalue().split("\r\033[K")[-1] == "█" * 7 + "·" * 21 + "  25 % считаю, осталось 30\xa0с"


def test_drawing_is_not_the_work():
    out, clock = Terminal(), Clock()
    bar = Bar(out, clock)
    for done in range(1, 1000):
        bar(done, 1000, "считаю")
    assert out.getvalue().count("\r") == 1


def test_a_log_gets_a_line_every_tenth_and_no_control_characters():
    out, clock = io.StringIO(), Clock()
    bar = Bar(out, clock)
    for done in range(101):
        clock.now += 1
        bar(done, 100, "считаю")
    lines = out.getvalue().splitlines()
    assert len(lines) == 11
    assert "\033" not in out.getvalue()


def test_without_a_total_the_count_itself_is_shown():
    assert Bar(io.StringIO()).line(0, 0, 0.0) == ""
    out = io.StringIO()
    Bar(out)(1500, 0, "строк прочитано")
    assert out.getvalue() == "строк прочитано: 1\xa0500\n"

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher, extract_parameters

from annotator.errors import DataInvalid
from annotator.services import passwords

GOOD = "kestrel wander lamp nine"


def test_a_password_that_was_chosen_fits_and_others_do_not() -> None:
    kept = passwords.choose(GOOD, context=()).hash
    assert passwords.check(GOOD, kept) == passwords.Verdict(fits=True)
    assert not passwords.check(GOOD.upper(), kept).fits
    assert not passwords.check(f"{GOOD} ", kept).fits
    assert not passwords.check("", kept).fits


def test_it_is_kept_as_argon2id_with_19_mib_two_passes_and_one_lane() -> None:
    kept = passwords.choose(GOOD, context=()).hash
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert GOOD not in kept
    assert kept != passwords.choose(GOOD, context=()).hash


def test_the_same_password_from_another_keyboard_fits() -> None:
    kept = passwords.choose("cafe\u0301 kestrel lamp nine", context=()).hash
    assert passwords.check("café kestrel lamp nine", kept).fits
    assert passwords.check("ｃafé kestrel lamp nine", kept).fits


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "at least 12"),
        ("x" * 257, "at most 256"),
        ("password1234", "first that would be guessed"),
        ("kestrel maria lamp nine", "contains “maria”"),
        ("kestrel annotator lamp", "contains “annotator”"),
        ("kestrel \udcff lamp nine", "no control characters"),
    ],
)
def test_it_refuses_a_password_in_one_sentence(password: str, sentence: str) -> None:
    with pytest.raises(DataInvalid, match=sentence):
        passwords.choose(password, context=("maria",))


def test_nobody_has_a_password_that_fits() -> None:
    assert not passwords.check(GOOD, None).fits
    assert not passwords.check("", None).fits


@pytest.mark.parametrize("kept", ["", "plain", "$argon2id$v=19$broken", "$2b$12$bcrypt"])
def test_a_hash_that_cannot_be_read_fits_nothing(kept: str) -> None:
    assert not passwords.check(GOOD, kept).fits


@pytest.mark.parametrize("typed", ["\ud800" * 20, "x" * 5_000_000, "\x00"])
def test_odd_input_does_not_fit_and_does_not_fail(typed: str) -> None:
    assert not passwords.check(typed, passwords.choose(GOOD, context=()).hash).fits


def test_an_unknown_name_costs_the_work_of_a_known_one() -> None:
    kept = passwords.choose(GOOD, context=()).hash
    assert extract_parameters(passwords.NOBODYS_HASH) == extract_parameters(kept)

    def cost(known: str | None) -> float:
        took = []
        for _ in range(5):
            began = time.process_time()
            passwords.check("another password", known)
            took.append(time.process_time() - began)
        return min(took)

    assert cost(None) > 0.5 * cost(kept)


def test_a_hash_of_older_parameters_is_replaced_when_it_fits() -> None:
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(GOOD)
    assert passwords.is_outdated(old)
    verdict = passwords.check(GOOD, old)
    assert verdict.fits
    assert verdict.better_hash is not None
    assert passwords.check(GOOD, verdict.better_hash) == passwords.Verdict(fits=True)
    assert passwords.check("another password", old) == passwords.Verdict(fits=False)


def test_no_more_than_two_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    busy, most, guard = 0, 0, threading.Lock()

    class Slow:
        def verify(self, *_: object) -> bool:
            nonlocal busy, most
            with guard:
                busy += 1
                most = max(most, busy)
            time.sleep(0.01)
            with guard:
                busy -= 1
            return True

        def check_needs_rehash(self, _: str) -> bool:
            return False

    monkeypatch.setattr(passwords, "HASHER", Slow())
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: passwords.check(GOOD, "kept"), range(16)))
    assert most == 2

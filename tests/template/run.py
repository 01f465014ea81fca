"""Runs every check of the templates in this directory, and says in one line how many passed."""

import logging
import shutil
import sys
import unittest
from pathlib import Path

import emulator
import stacks


def main():
    # The transform tells of features that it has switched off.
    logging.disable(logging.ERROR)
    shutil.rmtree(stacks.WORK, ignore_errors=True)
    stacks.WORK.mkdir(parents=True)
    account = emulator.Account()
    emulator.call("s3", "create_bucket", Bucket=stacks.ARTIFACTS)
    stacks.begin()
    suite = unittest.defaultTestLoader.discover(str(Path(__file__).parent))
    result = unittest.TextTestRunner(verbosity=1, buffer=True).run(suite)
    account.close()
    # A subtest that fails is its test's failure.
    failed = len({str(getattr(t, "test_case", t)) for t, _ in result.failures + result.errors})
    skipped = len(result.skipped)
    print(f"templates: {result.testsRun - failed - skipped} passed, {failed} failed, {skipped} skipped")
    return 0 if result.wasSuccessful() and result.testsRun else 1


if __name__ == "__main__":
    sys.exit(main())

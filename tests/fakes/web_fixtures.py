"""Sites on loopback, for every test that reads the web."""

from collections.abc import Iterator

import pytest

from tests.ingest.web.site import Site, Web


@pytest.fixture(scope="session")
def hosts() -> Iterator[Web]:
    web = Web()
    yield web
    web.close()


@pytest.fixture
def site(hosts: Web) -> Iterator[Site]:
    site = hosts.site()
    yield site
    hosts.end(site)

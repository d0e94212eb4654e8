"""The served OpenAPI is valid, and true: a stranger's fuzzer, with all its checks, finds nothing that it does not say.

One run for each kind of caller: a customer, the operator, a client at the OAuth endpoints, and as a subscriber.
`PROVE=1` makes more examples.
"""

import asyncio
import base64
import os
import sys
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from tests.portal.conftest import BOT, Portal
from tests.portal.listening import subscriber
from tests.portal.tmf import MAX, connected

# What a change of diversions gets depends on the service as it is: its version, its conditions, a target it keeps. And
# without a usable If-Match it gets the statuses that RFC 9110 and RFC 6585 made for it.
DIVERSIONS = """
[[operations]]
include-operation-id = "change_service"

[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "401", "404", "409", "412", "428"]

[operations.checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "412", "413", "415", "428"]

[operations.checks.missing_required_header]
expected-statuses = ["400", "401", "404", "428"]
"""
# An order that names what does not exist is well-formed, and refused before anybody types a PIN for it.
ORDERS = """
[[operations]]
include-operation-id = ["create_productOrder", "create_cancelProductOrder"]

[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "401", "409"]
"""
# A callback where events may not go, or already do, is well-formed; so is a query for what another API tells.
HUBS = """
[[operations]]
include-operation-id-regex = "create_hub_.*"

[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "401", "409"]
"""
EXAMPLES = 100 if os.environ.get("PROVE") else 3


async def test_the_document_is_openapi(portal: Portal) -> None:
    """openapi-spec-validator accepts it, and every TMF operation says what its refusals look like."""
    document = (await portal.http.get("/openapi.json")).json()
    validate(document)
    for path, operations in document["paths"].items():
        for operation in operations.values():
            if path.startswith("/tmf-api"):
                assert {"400", "401", "403"} <= set(operation["responses"])
                assert operation["security"]
            assert "422" not in operation["responses"]


async def _fuzz(portal: Portal, home: Path, *options: str) -> None:
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{portal.base_url}/openapi.json", "--checks", "all",
        "--max-examples", str(EXAMPLES), "--seed", "1", "--no-color", "--request-timeout", "30", *options,
    ]  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        *command, cwd=home, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()[-6000:]


@pytest.mark.timeout(1800)
async def test_customers_routes_keep_their_promises(portal: Portal, tmp_path: Path) -> None:
    """Contracts, offerings, orders, bills, services, documents, userinfo: with a customer's token."""
    person = await connected(portal, MAX)
    (tmp_path / "schemathesis.toml").write_text(DIVERSIONS + ORDERS, encoding="utf-8")
    options = ["--include-path-regex", "^/tmf-api|^/documents|^/oauth2/userinfo|^/.well-known"]
    options += ["--exclude-path-regex", "customerBillOnDemand|/hub", "--exclude-operation-id", "change_customerBill"]
    await _fuzz(portal, tmp_path, *options, "--header", f"Authorization: {person.headers['Authorization']}")


@pytest.mark.timeout(1800)
async def test_the_operators_routes_keep_their_promises(portal: Portal, tmp_path: Path) -> None:
    """Orders, accounts, links, connections, bill states and bills on demand: with the operator's token."""
    await connected(portal, MAX)
    options = ["--include-path-regex", "^/operator|customerBillOnDemand"]
    await _fuzz(portal, tmp_path, *options, "--header", f"Authorization: {portal.operator['Authorization']}")
    patching = ["--include-path-regex", r"customerBill/\{id\}", "--include-method", "PATCH"]
    await _fuzz(portal, tmp_path, *patching, "--header", f"Authorization: {portal.operator['Authorization']}")


@pytest.mark.timeout(1800)
async def test_the_oauth_routes_keep_their_promises(portal: Portal, tmp_path: Path) -> None:
    """Challenge, token, introspection and revoke: with the client's own secret."""
    await connected(portal, MAX)
    # 400 is this protocol's ordinary answer to well-formed requests: a PIN is needed, a code is unknown (RFC 6749 5.2)
    accepted = ", ".join(f'"{status}"' for status in ("2xx", "3xx", "400", "401", "429"))
    settings = tmp_path / "schemathesis.toml"
    settings.write_text(f"[checks.positive_data_acceptance]\nexpected-statuses = [{accepted}]\n", encoding="utf-8")
    basic = base64.b64encode(":".join(BOT).encode()).decode()
    options = [
        "--include-path-regex",
        "^/oauth2/(challenge|token|introspect|revoke)",
        "--header",
        f"Authorization: Basic {basic}",
    ]
    await _fuzz(portal, tmp_path, *options)


@pytest.mark.timeout(1800)
async def test_the_hubs_keep_their_promises(portal: Portal, tmp_path: Path) -> None:
    """Subscribing at all four APIs: with the client's own token."""
    (tmp_path / "schemathesis.toml").write_text(HUBS, encoding="utf-8")
    token = (await subscriber(portal))["Authorization"]
    await _fuzz(
        portal,
        tmp_path,
        "--include-path-regex",
        "/hub",
        "--exclude-path-regex",
        "^/operator",
        "--header",
        f"Authorization: {token}",
    )

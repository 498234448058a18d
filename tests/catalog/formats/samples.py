"""Catalogs to show: an ordinary one, one full of characters that mean something to a format, and a large one."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from tests.catalog.making import receiver, send
from typedsignals import Payload
from typedsignals.catalog import (
    CarriedRecord,
    Catalog,
    FieldRecord,
    ModelRecord,
    ModelRecords,
    ReceiverRecord,
    RelayRecord,
    SenderRecord,
    SendRecord,
    SignalRecord,
)
from typedsignals.catalog._records.types import ScalarType


class Currency(StrEnum):
    EUR = "EUR"
    CHF = "CHF"


class LineItem(Payload):
    """One product, and how much of it."""

    sku: Annotated[str, Field(pattern=r"^[A-Z]{3}-\d{3}$", description="The stock-keeping unit.")]
    quantity: int = Field(gt=0)
    unit_price: Decimal


class OrderPlaced(Payload):
    """What is known of an order when it comes in."""

    order_id: int = Field(gt=0, description="Counts up from 1 in each shop.")
    lines: tuple[LineItem, ...]
    total: Decimal = Field(ge=0, max_digits=10, decimal_places=2)
    currency: Currency = Currency.EUR
    tags: list[str] = Field(default_factory=list)
    coupon: str | None = Field(default=None, max_length=12)
    voucher: str | None = Field(default=None, deprecated="use `coupon`")


class OrderPaid(Payload):
    order_id: int
    total: Decimal


class StockLow(Payload):
    sku: str
    left: int = Field(ge=0)


SHOP = SenderRecord(name="shop.domain.Shop")


def shop() -> Catalog:
    """Five signals with all that there is to show."""
    models = ModelRecords()
    placed, paid, low = map(models.add, (OrderPlaced, OrderPaid, StockLow))
    signals = (
        signal(
            "order-placed",
            placed,
            doc="An order came in. A receiver that raises refuses it.\n\nSent once for each order.",
            receivers=[
                at("reserve", "shop.stock", 31, fields=("order_id", "lines"), takes_extra=True, priority=20, weak=True),
                at(
                    "Mailer.confirm",
                    "shop.mail",
                    18,
                    fields=("order_id", "total"),
                    takes_extra=True,
                    uses_extra=True,
                    is_async=True,
                ),
                at("record", "shop.audit", 12, style="payload"),
            ],
            sends=[sent("shop.intake", 36), sent("shop.web.checkout", 88, "order_id", "lines", "total")],
        ),
        signal(
            "order-paid",
            paid,
            line=103,
            doc="The money for an order is in.",
            receivers=[at("record", "shop.audit", 12, style="payload"), at("ship", "shop.stock", 54, fields=())],
            sends=[sent("shop.till", 55, "order_id", "total")],
        ),
        signal("stock-low", low, module="shop.stock", line=14, receivers=[at("reorder", "shop.buying", 9)]),
        signal("closed", None, module="shop.stock", line=15, sender=None, sends=[sent("shop.till", 60, "at")]),
    )
    return Catalog.of(["shop"], models.records, signals, [sent("shop.till", 71, "reason")])


def signal(
    name: str, payload: str | None, *, module: str = "shop.domain", line: int = 100, **details: object
) -> SignalRecord:
    known: dict[str, object] = {
        "name": name,
        "namespace": "shop",
        "module": module,
        "qualified_name": name.replace("-", "_"),
        "file": file_of(module),
        "line": line,
        "payload": payload,
        "sender": SHOP,
    }
    return SignalRecord.model_validate(known | details)


def at(name: str, module: str, line: int, **details: object) -> ReceiverRecord:
    return receiver(name, module=module, file=file_of(module), line=line, **details)


def sent(module: str, line: int, *keywords: str) -> SendRecord:
    return send(*keywords, module=module, file=file_of(module), line=line, is_complete=bool(keywords))


def file_of(module: str) -> str:
    return f"{module.replace('.', '/')}.py"


NASTY = """<script>alert(1)</script> & "quotes" 'too' | `code` \\N \\ ]]> --> #quot; [red]x[/red] {{ 7 * 7 }} %0A\n
## heading\n- item\x1b[31m  ünïcødé 信号 **bold** _it_ </pre></style><img src=x onerror=alert(1)>"""


def hostile() -> Catalog:
    """Every text of it means something to some format."""
    field = FieldRecord(
        name=NASTY,
        type=ScalarType(name=NASTY),
        required=False,
        default=NASTY,
        description=NASTY,
        deprecated=NASTY,
        validation_aliases=(NASTY,),
    )
    model = ModelRecord(name=NASTY, doc=NASTY, extra="allow", fields=(field,), computed=(NASTY,))
    found = SignalRecord(
        name=NASTY,
        namespace="",
        module=NASTY,
        qualified_name=NASTY,
        doc=NASTY,
        file=NASTY,
        line=1,
        payload=NASTY,
        sender=SenderRecord(name=NASTY),
        receivers=(
            ReceiverRecord(name=NASTY, module=NASTY, file=NASTY, line=1, fields=(NASTY,)),
            ReceiverRecord(name=NASTY, module=NASTY, file=NASTY, line=2, relay=NASTY, group=NASTY),
        ),
        sends=(SendRecord(module=NASTY, file=NASTY, line=1, keywords=(NASTY,)),),
        carried=(CarriedRecord(relay=NASTY, ordered=True),),
    )
    relay = RelayRecord(
        name=NASTY, module=NASTY, qualified_name=NASTY, database=NASTY, broker=NASTY, file=NASTY, line=1
    )
    return Catalog.of([NASTY], {NASTY: model}, [found], found.sends, [relay])


def relayed(broker: str = "") -> Catalog:
    """A signal that a relay carries to two groups, and one that stays in its process."""
    models = ModelRecords()
    placed, low = map(models.add, (OrderPlaced, StockLow))
    signals = (
        signal(
            "order-placed",
            placed,
            receivers=[
                at("confirm", "shop.mail", 18, fields=("order_id",), takes_extra=True, relay="shop", group="mail"),
                at("take", "shop.stock", 31, fields=("lines",), takes_extra=True, relay="shop", group="stock"),
            ],
            sends=[send("order_id", module="shop.web", file="shop/web.py", line=8, method="publish")],
            carried=[CarriedRecord(relay="shop", ordered=True)],
        ),
        signal("stock-low", low, line=105, receivers=[at("reorder", "shop.buying", 9)]),
    )
    relay = RelayRecord(
        name="shop",
        module="shop.relay",
        qualified_name="relay",
        database="sqlite",
        broker=broker,
        file="shop/relay.py",
        line=6,
    )
    return Catalog.of(["shop"], models.records, signals, relays=[relay])


class Measured(BaseModel):
    """What a sensor has to say."""

    sensor: str
    value: float = Field(ge=0, description="In the unit that the sensor was set up with.")
    unit: str = "K"
    lines: list[LineItem] = []


def large(modules: int = 500, signals: int = 4) -> Catalog:
    """Thousands of signals, most with receivers and sends."""
    models = ModelRecords()
    payload = models.add(Measured)
    found = [
        signal(
            f"measured-{module}-{number}",
            payload,
            module=f"plant.hall_{module}.sensors",
            line=10 + number,
            doc="A sensor has measured something.",
            receivers=[at(f"watch_{number}", f"plant.hall_{module}.alarms", 9, fields=("sensor", "value"))],
            sends=[sent(f"plant.hall_{module}.drivers", 30 + number, "sensor", "value")],
        )
        for module in range(modules)
        for number in range(signals)
    ]
    return Catalog.of(["plant"], models.records, found)


def catalog_of(*signals: SignalRecord) -> Catalog:
    """A catalog of signals without payloads."""
    return Catalog.of(["shop"], {}, signals)

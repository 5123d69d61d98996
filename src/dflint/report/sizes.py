"""The table of `dflint size`, for people and as JSON. Units are decimal, like Docker's; the sizes are estimates."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dflint.model.imagesize import ImageSize, StageSize
    from dflint.model.weight import Weight
    from dflint.report import Style

_UNKNOWN_SHOWN = 6


def shown(size: int) -> str:
    """A size in two significant digits ("310 MB"); the estimate is not better than that."""
    from dflint.knowledge.sizes import about

    if size < 50_000:
        return "0 MB"
    return about(size).removeprefix("about ")


def render_sizes(images: Sequence[ImageSize], style: Style) -> Iterator[str]:
    """One table per image; a last line with the sum when there are several."""
    from dflint.report.display import visible, wrap

    for image in images:
        service = f" (service {visible(image.service)})" if image.service else ""
        yield f"{visible(image.path)}{service}\n"
        for stage in image.stages:
            yield from _stage(stage, style)
        yield wrap("  " + _summary(image), style.width, "  ") + "\n\n"
    if len(images) > 1:
        known = sum(image.known for image in images)
        fixed = sum(image.fixed or 0 for image in images)
        after = f", {shown(fixed)} after 'dflint fix --unsafe'" if fixed != known else ""
        yield f"{len(images)} images: at least {shown(known)}{after}; layers that they share are counted for each\n"


def _stage(stage: StageSize, style: Style) -> Iterator[str]:
    from dflint.report.display import visible

    kept = "" if stage.in_image else ", not part of the image"
    yield f"  stage {visible(stage.name)}{kept}\n"
    rows = [(stage.line, shown(stage.base) if stage.base is not None else "?", f"FROM {stage.reference}", "")]
    for line, weight in stage.steps:
        rows.append((line, _size(weight), _title(weight), _details(weight)))
    size = max(len(text) for _, text, _, _ in rows)
    for line, text, title, details in rows:
        row = f"  {line:>6}  {text:>{size}}  {visible(title)}" + (f"  ({visible(details)})" if details else "")
        yield (row if len(row) <= style.width else row[: style.width - 3] + "...") + "\n"


def _size(weight: Weight) -> str:
    if not weight.unknown:
        return shown(weight.known)
    return f"{shown(weight.known)} + ?" if weight.known else "?"


def _title(weight: Weight) -> str:
    node = weight.step.node
    text = " ".join(weight.step.stage.build.file.text(node).replace("\\\n", " ").split())
    return text if len(text) <= 44 else text[:41] + "..."


def _details(weight: Weight) -> str:
    parts = []
    if weight.recommended:
        parts.append(f"{shown(weight.recommended)} only recommended")
    if weight.lists:
        parts.append(f"{shown(weight.lists)} package lists")
    return ", ".join([*parts, *(f"? {what}" for what in weight.unknown)])


def _summary(image: ImageSize) -> str:
    if not image.stages:
        return "no stage to build"
    unknown = image.unknown
    text = f"{'at least' if unknown else 'about'} {shown(image.known)}"
    if image.fixed is not None and image.fixed < image.known:
        text += f", {shown(image.fixed)} after 'dflint fix --unsafe'"
    if unknown:
        more = f" and {len(unknown) - _UNKNOWN_SHOWN} more" if len(unknown) > _UNKNOWN_SHOWN else ""
        text += f"; unknown: {', '.join(unknown[:_UNKNOWN_SHOWN])}{more}"
    return text


def render_sizes_json(images: Sequence[ImageSize]) -> Iterator[str]:
    """A flat array, one object per image; sizes are bytes, null where unknown."""
    import json

    yield json.dumps([_image(image) for image in images], indent=1, ensure_ascii=False) + "\n"


def _image(image: ImageSize) -> dict[str, object]:
    found: dict[str, object] = {"path": image.path}
    if image.service is not None:
        found["service"] = image.service
    found |= {"known_bytes": image.known, "fixed_bytes": image.fixed, "unknown": list(image.unknown)}
    found["stages"] = [
        {
            "name": stage.name,
            "from": stage.reference,
            "line": stage.line,
            "in_image": stage.in_image,
            "base_bytes": stage.base,
            "steps": [_step(line, weight) for line, weight in stage.steps],
        }
        for stage in image.stages
    ]
    return found


def _step(line: int, weight: Weight) -> dict[str, object]:
    return {
        "line": line,
        "instruction": weight.step.node.name,
        "packages_bytes": weight.packages,
        "recommended_bytes": weight.recommended,
        "lists_bytes": weight.lists,
        "files_bytes": weight.files,
        "unknown": weight.unknown,
    }

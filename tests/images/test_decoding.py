"""Pictures as the bot handles them: checked and shrunk by workers, in files that are deleted."""

import io
from collections.abc import AsyncIterator
from contextlib import ExitStack

import pytest
from PIL import Image

from flux_bot.core.errors import BadImage
from flux_bot.images.decoding import Decoder, Picture, fit, fit_all, fit_or_none
from tests.images.picture_host import encoded
from tests.images.test_worker import animation, noise


@pytest.fixture
async def decoder() -> AsyncIterator[Decoder]:
    """Run a decoder."""
    decoder = Decoder()
    yield decoder
    await decoder.close()


async def checked(decoder: Decoder, body: bytes) -> Picture:
    """Check bytes as a file."""
    path = decoder.new_path()
    path.write_bytes(body)
    return await decoder.check(path)


async def test_a_picture_is_unchanged_until_it_is_closed(decoder: Decoder) -> None:
    """A picture is returned byte for byte, more than once; closing it, even twice, deletes its file."""
    for body, extension in ((encoded("PNG"), "png"), (encoded("JPEG"), "jpg"), (animation("GIF", 3), "gif")):
        with await checked(decoder, body) as picture:
            assert (picture.extension, picture.size, picture.shrunk) == (extension, len(body), False)
            assert picture.read() == picture.read() == body, extension
            assert await fit(picture, len(body)) is picture, extension
        picture.close()
        assert not picture.path.exists(), extension


async def test_copies(decoder: Decoder) -> None:
    """A copy has its own file, and is smaller in bytes and, if required, in pixels."""
    body = noise()
    with await checked(decoder, body) as original:
        for limit, longest_side, size in ((20_500, None, (200, 150)), (20_500, 80, (80, 60))):
            with await fit(original, limit, longest_side) as copy:
                image = Image.open(io.BytesIO(copy.read()))
                assert (copy.format, copy.extension, copy.shrunk) == ("WEBP", "webp", True)
                assert (image.format, image.size, (copy.width, copy.height)) == ("WEBP", size, size)
                assert len(copy.read()) == copy.size <= limit
            assert not copy.path.exists()
        with pytest.raises(BadImage, match="does not fit"):
            await fit(original, 50)
        assert original.read() == body
    assert list(original.path.parent.iterdir()) == []


async def test_all_pictures_of_a_message(decoder: Decoder) -> None:
    """Each picture is fitted by itself: one that is missing or can't be shrunk does not affect the others."""
    body = noise()
    small, large, broken = [await checked(decoder, data) for data in (encoded("PNG"), body, body)]
    broken.path.unlink()
    assert await fit_or_none(broken, 50) is None
    with ExitStack() as stack:
        first, second, copy, last = await fit_all([small, None, large, broken], len(body) - 1, stack)
        assert (first, second, last) == (small, None, None)
        assert copy is not None
        assert copy.shrunk
        assert all(picture.path.exists() for picture in (small, large, copy))
    assert not any(picture.path.exists() for picture in (small, large, copy))


async def test_results_do_not_wait_for_sources(decoder: Decoder) -> None:
    """Two worker processes: a picture of unknown origin never delays a result."""
    path = decoder.new_path()
    path.write_bytes(noise(size=(600, 400)))
    results, sources = decoder._results, decoder._sources  # noqa: SLF001
    assert (results._pool, sources._pool) == (None, None)  # noqa: SLF001  started only when they are needed
    (await decoder.thumbnail(path)).close()
    assert (results._pool, bool(sources._pool)) == (None, True)  # noqa: SLF001
    (await decoder.check(path)).close()
    assert results._pool  # noqa: SLF001


async def test_closing_deletes_all_files(decoder: Decoder) -> None:
    """Pictures that are still open are deleted too."""
    picture = await checked(decoder, encoded("PNG"))
    await decoder.close()
    assert not picture.path.parent.exists()

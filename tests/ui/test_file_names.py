"""File names, by which pictures are found again in messages."""

from flux_bot.ui.file_names import SOURCE, file_name, find_file, picture_number

CDN = "https://cdn.discordapp.com/attachments/1/2/"


def test_a_file_is_found_by_its_name() -> None:
    """Query strings don't matter, but other jobs, parts and numbers do; the source is not a picture of the job."""
    urls = [f"{CDN}{file_name('a-job', part, 'png')}?ex=1" for part in (SOURCE, 10, 1)]
    assert find_file(urls, "a-job", 1) == urls[2]
    assert find_file(urls, "a-job", SOURCE) == urls[0]
    assert find_file(urls, "a-job", 2) is None
    assert find_file(urls, "another", 1) is None
    assert picture_number(f"{CDN}{file_name('a-job', 3, 'webp')}", "a-job") == 3
    assert picture_number(f"{CDN}{file_name('a-job', SOURCE, 'webp')}", "a-job") is None
    assert picture_number(f"{CDN}{file_name('a-job', 3, 'webp')}", "job") is None

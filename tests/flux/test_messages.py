"""The subjects of the image API's error messages."""

from flux_bot.core.errors import ModelRejected, SizeRejected
from flux_bot.flux.messages import find_rejection, is_about_the_picture, is_moderation, is_plain_sentence

ABOUT_SIZES = (
    *("size is required", "size is invalid.", "The size 1344x768 is not supported by model flux-dev"),
    *("Invalid aspect_ratio", "Unsupported aspect ratio.", "image_size is invalid", "Resolution too high"),
    *("width and height must be multiples of 32", "dimensions must be at least 64", "SIZE IS REQUIRED"),
    *("flux-2-pro does not accept 1024x1024", "Input should be '1:1', '16:9' or '9:16'", "1792 x 1024 is too large"),
    *("size is required for this action", "model flux-2-pro requires a ratio", "参数错误：尺寸不支持", "比例无效"),
    "Invalid value for parameter 'size': must be one of 1024x1024, 1024x1792, 1792x1024",
)
NOTHING_SPECIFIC = (
    *("", " ", "Bad request.", "bad_request", "Invalid request", "Invalid parameters.", "invalid parameter"),
    *("Parameter error", "The request is malformed.", "Invalid request body.", "validation failed", "400"),
)
ABOUT_MODELS = (
    *("model is invalid.", "model flux-pro-1.1 does not exist", "Unknown model: flux-2-klein", "MODEL IS INVALID."),
    *("flux-pro-1.1-ultra is no longer available", "This model does not support the action edit", "模型不存在"),
    *("The model `flux-kontext-max` does not accept images", "unsupported models"),
)
ABOUT_OTHERS = (
    *("prompt is too long", "prompt is required", "The prompt of model flux-dev is limited in size"),
    *("image_url: file size exceeds 25 MB", "image is larger than 25 MB", "file size", "image_url is required"),
    *("The file dimensions exceed 4096x4096", "the source image's resolution is too low", "image url is invalid"),
    *("image_url can't be used: no answer", "size of the upload", "The picture could not be read", "2.5MB at most"),
    *("The token is not allowed to use this model", "invalid token", "your account can't use this model"),
    *("callback_url is invalid.", "count is invalid.", "count must be at most 4 for this model", "action is invalid."),
    *("model flux-dev is temporarily overloaded", "seed must be an integer", "fetch failed", "提示词过长", "ошибка"),
)
MODERATION = (
    *("The prompt was rejected by content moderation.", "Content moderation failed", "content_moderation"),
    *("Your request was rejected as a result of our safety system.", "blocked by the safety filter"),
    *("Safety checker: image withheld", "The image was flagged.", "NSFW content detected", "Prompt may be nsfw"),
    *("The prompt contains sensitive content", "sensitive words detected", "Prohibited content.", "unsafe content"),
    *("This violates our usage policies.", "violation of the content policy", "Your prompt violates our guidelines"),
    *("request blocked by moderation", "Moderation: the prompt was refused", "提示词包含敏感内容", "审核不通过"),
)
NO_MODERATION = (
    *("", "fetch failed", "Internal server error.", "fetch failed: safety net timeout", "thread safety violation"),
    *("The content moderation service timed out.", "safety system unavailable", "moderation: connection refused"),
    *("Your account was flagged.", "Your application violates our policy", "violates the rate limit policy"),
    *("content type not allowed", "the answer has no content", "policy not found", "a sensitive parameter"),
)


def test_rejections() -> None:
    """A message about the size, or about nothing specific, rejects the size; one about the model alone the model."""
    kinds = dict.fromkeys((*ABOUT_SIZES, *NOTHING_SPECIFIC), SizeRejected)
    for message, kind in (kinds | dict.fromkeys(ABOUT_MODELS, ModelRejected) | dict.fromkeys(ABOUT_OTHERS)).items():
        assert find_rejection(message) is kind, message


def test_moderation() -> None:
    """Only an unmistakable message counts as one about moderation, and it rejects no size."""
    for message in MODERATION:
        assert is_moderation(message), message
    for message in (*NO_MODERATION, *ABOUT_SIZES, *NOTHING_SPECIFIC, *ABOUT_MODELS, *ABOUT_OTHERS):
        assert not is_moderation(message), message


def test_words_in_addresses_do_not_count() -> None:
    """Users choose the addresses, which must not make the bot believe that a model or a size is rejected."""
    for message in (
        "could not fetch https://cdn.example/flux-dev.png",
        "Invalid image: https://cdn.example/model.png",
        "Cannot read https://example.org/1024x1024.png",
    ):
        assert find_rejection(message) is None, message


def test_messages_for_people() -> None:
    """A plain sentence is for people; brackets, code, addresses and names of exceptions are not."""
    for message in (
        "The picture is too dark.",
        "Your prompt is too long, please shorten it",
        "size 3:7 is not allowed",
        "图片太大，请换一张小一些的。",
    ):
        assert is_plain_sentence(message), message
    for message in (
        "cannot identify image file <_io.BytesIO object at 0x7f3a>",
        "ValueError: the picture is bad",
        "image_url is required for edits",
        "Invalid request (code 17) was rejected",
        "see https://example.org for more",
        "list index out of range [3]",
        "module 'a.b.c' has no attribute",
        "unexpected None in the request",
        "HTTP 502 from the upstream server",
        "the field imageUrl is missing",
        "request 5dca2d09 has failed badly",
        "bad request",
        "two\nlines of this text",
        "the reason is:",
        "x" * 500,
        "",
    ):
        assert not is_plain_sentence(message), message


def test_messages_about_the_picture() -> None:
    """A message is about the picture to edit if it mentions a picture, in any form."""
    for message in ("cannot identify image file", "image_url is bad", "Bad pictures", "无法识别图片", "imageURL: 404"):
        assert is_about_the_picture(message), message
    for message in ("", "prompt is too long", "imagination", "imaged", "the url is bad"):
        assert not is_about_the_picture(message), message

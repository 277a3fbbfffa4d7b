"""URLs: normalising them, comparing sites, and redacting secrets. Light to import.

The lists of tracking parameters are our own: those of courlan also remove `gallery=5`, `eid=5` and `source=5`, which
identify articles, and importing it takes a tenth of a second.
"""

import ipaddress
import re
import unicodedata
from contextlib import suppress
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit, urlunsplit

_DEFAULT_PORTS = {("http", 80), ("https", 443), ("http", 443)}
_MAX_ROUNDS = 8  # the URL inside that of an AMP cache may need normalising again
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_IN_PATH, _IN_QUERY = "/:@!$&'()*+,;=%", "/:@!$&'()*+,;=%?"
_SESSION = re.compile(r";jsessionid=[^/;]*", re.I)
_CONTROL_OR_SPACE = "".join(map(chr, range(0x21)))

_TRACKING_NAME = re.compile(
    r"(?:utm|at|hsa|itm|matomo|mtm|ns|oly|piwik|pk|vero|guce)_.+"
    r"|(?:dc|fb|gc|tt|tw|y|ys)clid|fb_(?:action_ids|action_types|ref|source)|gclid|gclsrc|gbraid|wbraid|msclkid"
    r"|igshid|igsh|li_fat_id|mc_[ce]id|ml_subscriber(?:_hash)?|mkt_tok|_hsenc|_hsmi|__hs(?:tc|sc|fp)|hsctatracking"
    r"|_ga|_gl|_branch_match_id|__twitter_impression|ref_(?:src|url)|s_cid|s_kwcid|ef_id|wt[._](?:z?mc|mc_id)"
    r"|xtor|cmpid|ncid|ocid|icid|ftcamp|ftag|mbid|smid|smtyp|soc_(?:src|trk)|tsrc|guccounter|ito"
    r"|feedname|feedtype|jsessionid|phpsessid|amp_(?:js_v|gsa|lite|ct)|usqp"
)
_ORIGIN = re.compile(r"ref|refer|referrer|referer|source|src|from|via|partner|emc|cmp|cid|mod|campaign|medium|channel")
_ORIGIN_VALUE = re.compile(
    r"(?:(?:google|apple)?[-_ ]?news[-_ ]?)?(?:rss|atom|feed|feeds|newsletter|e-?mail|social|share|sharing|twitter"
    r"|facebook|linkedin|whatsapp|telegram|googlenews|feedburner|flipboard)(?:[-_ ]?(?:rss|feed|share|link|[0-9.]))*"
)
# Hosts of many independent sites under one domain that the public suffix list does not know.
_HOSTING_DOMAINS = tuple(
    "substack.com wordpress.com tumblr.com medium.com ghost.io beehiiv.com livejournal.com typepad.com over-blog.com "
    "squarespace.com neocities.org weebly.com jimdofree.com mystrikingly.com canalblog.com 000webhostapp.com "
    "blogspot.co.uk blogspot.de blogspot.fr wixsite.com".split()
)
_AMP_PARAMETERS = {("amp", ""), ("amp", "1"), ("amp", "true"), ("amp", "yes"), ("outputtype", "amp"), ("output", "amp")}
_AMP_CACHE_PATH = re.compile(r"/(?:[a-z]{1,3}/)?(s/)?([^/]+\.[^/]+(?:/.*)?)")
_AMP_VIEWER_PATH = re.compile(r"/amp/(s/)?([^/]+\.[^/]+/.+)")
_AMP_VIEWER_HOST = re.compile(r"www\.(?:google\.(?:com|[a-z]{2}|co\.[a-z]{2}|com\.[a-z]{2})|bing\.com)")
_AMP_BEGINNING = re.compile(r"\A/amp(?=/)")
_AMP_ENDING = re.compile(r"(?<=[^/])(?:/amp|\.amp(?=\.html?$)|\.amp)/*(?=$|\.html?$)")

_SECRET_NAME = re.compile(
    r"token|secret|passw|pwd|apikey|signature|credential|session|jwt|hmac"
    r"|(?:^|[^a-z])(?:key|sig|auth|pass|code|user|login|pw|pin)(?:$|[^a-z])"
)
_SCRIPTS = ("javascript:", "vbscript:", "data:", "blob:", "filesystem:")
_PARAMETER = re.compile(r"([?&;#])([^=&;#?\s]+)=([^&;#\s]*)")
_USERINFO = re.compile(r"(?<=//)[^/?#\s]*@")


def normalize_url(url: str) -> str:
    """One spelling for all URLs of a page, to compare and not to fetch; other text is kept nearly as it is.

    https for http, the host in lower case and Punycode without the default port; without user, fragment, trailing slash
    and tracking parameters; the other parameters sorted by name; the page for its AMP version; escapes as in RFC 3986,
    6.2.2. "www." stays. Never raises: "http://[" is kept.
    """
    for _ in range(_MAX_ROUNDS):
        normalized = _normalize_once(url)
        if normalized == url:
            break
        url = normalized
    return url


def _normalize_once(url: str) -> str:
    url = url.strip().strip(_CONTROL_OR_SPACE)
    try:
        parts = urlsplit(f"https:{url}" if url.startswith("//") else url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return url
    scheme = parts.scheme.lower()
    if scheme not in {"http", "https"} or not host:
        netloc = parts.netloc.rpartition("@")[2].lower()
        return urlunsplit((scheme, netloc, parts.path.rstrip("/"), parts.query, "")).strip()
    host = _normalize_host(host)
    path = _normalize_path(parts.path)
    original = _amp_original(host, path, parts.query)
    if original is not None:
        return original
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and (scheme, port) not in _DEFAULT_PORTS:
        netloc += f":{port}"
    # A fragment identifies the article in single-page applications.
    fragment = _normalize_escapes(parts.fragment, _IN_QUERY) if parts.fragment.startswith(("!", "/")) else ""
    return urlunsplit(("https", netloc, path, _normalize_query(parts.query), fragment))


def _normalize_host(host: str) -> str:
    host = host.rstrip(".").lower() or host
    if not host.isascii():
        import idna

        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return host
    if host.startswith("amp.") and host != registrable_domain(host):
        bare = host.removeprefix("amp.")
        return f"www.{bare}" if bare == registrable_domain(bare) else bare
    return host


def _normalize_path(path: str) -> str:
    path = _resolve_dots(_normalize_escapes(_SESSION.sub("", path), _IN_PATH)).rstrip("/")
    return _AMP_BEGINNING.sub("", _AMP_ENDING.sub("", path)).rstrip("/")


def _resolve_dots(path: str) -> str:
    if "/." not in path:
        return path
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del segments[max(1, len(segments) - 1) :]
        elif segment != ".":
            segments.append(segment)
    return "/".join(segments)


def _normalize_escapes(text: str, safe: str) -> str:
    """Percent-escapes in upper case, only and wherever they are needed."""

    def unescape(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if character in _UNRESERVED else match[0].upper()

    well_formed = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)
    return quote(_ESCAPE.sub(unescape, well_formed), safe=safe, errors="surrogatepass")


def _normalize_query(query: str) -> str:
    pairs = [pair for pair in query.replace("&amp;", "&").split("&") if pair and not _is_tracking(pair)]
    escaped = [_normalize_escapes(pair, _IN_QUERY) for pair in pairs]
    return "&".join(sorted(escaped, key=lambda pair: pair.partition("=")[0]))


def _is_tracking(pair: str) -> bool:
    name, _, value = (unquote(part).lower().strip() for part in pair.partition("="))
    if _TRACKING_NAME.fullmatch(name) or (name, value) in _AMP_PARAMETERS:
        return True
    return bool(_ORIGIN.fullmatch(name) and _ORIGIN_VALUE.fullmatch(value))


def _amp_original(host: str, path: str, query: str) -> str | None:
    """The URL of the page that an AMP cache or viewer has in its path."""
    if host == "cdn.ampproject.org" or host.endswith(".cdn.ampproject.org"):
        match = _AMP_CACHE_PATH.fullmatch(path)
    elif _AMP_VIEWER_HOST.fullmatch(host):
        match = _AMP_VIEWER_PATH.fullmatch("/amp" + path) or _AMP_VIEWER_PATH.fullmatch(path)
    else:
        return None
    return f"https://{match[2]}" + (f"?{query}" if query else "") if match else None


def host_of(url: str) -> str | None:
    """The host of a URL in lower case, None when it has none."""
    with suppress(ValueError):
        return (urlsplit(url.strip()).hostname or "").rstrip(".").lower() or None
    return None


def same_site(a: str, b: str) -> bool:
    """Whether two URLs have the same registrable domain; the same host where it is an IP address or has one label."""
    host_a, host_b = host_of(a), host_of(b)
    return host_a is not None and host_b is not None and registrable_domain(host_a) == registrable_domain(host_b)


@lru_cache(4096)
def registrable_domain(host: str) -> str:
    """The registrable domain of `host`, by the public suffix list that comes with the package tld.

    Below a suffix that is not on the list (`.example`) it is the last two labels; `co.uk` or an IP address is its own.
    Hosting domains such as `github.io` count as suffixes.
    """
    if not host.isascii():
        host = _normalize_host(host)
    with suppress(ValueError):
        ipaddress.ip_address(host)
        return host
    if (hosting := next((domain for domain in _HOSTING_DOMAINS if host.endswith(f".{domain}")), None)) is not None:
        return ".".join(host.split(".")[-(hosting.count(".") + 2) :])
    from tld import get_fld

    try:
        domain = get_fld(f"https://{host}", fail_silently=True, search_private=True)
    except ValueError:
        return host
    return domain or ".".join(host.split(".")[-2:])


def is_script(url: str) -> bool:
    """Whether a browser would run it or show it as a page, instead of going to a place: `javascript:` and the like."""
    bare = "".join(character for character in url if character.isprintable() and not character.isspace())
    return bare.lower().startswith(_SCRIPTS)


def escape_controls(url: str) -> str:
    """`url` with its control and invisible characters as percent-escapes, as a browser sends them."""
    return "".join(
        quote(character, safe="", errors="surrogatepass")
        if unicodedata.category(character) in {"Cc", "Cf", "Cs"}
        else character
        for character in url
    )


def safe_to_show(text: str) -> str:
    """`text` with *** for the user and for what looks like a secret in each of its URLs."""

    def redact(match: re.Match[str]) -> str:
        separator, name, value = match.groups()
        is_secret = _SECRET_NAME.search(unquote(name).lower()) or value.startswith("eyJ")
        return f"{separator}{name}=***" if is_secret and value else match[0]

    return _PARAMETER.sub(redact, _USERINFO.sub("***@", text))

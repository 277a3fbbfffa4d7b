"""Addresses: one spelling for all of a page, what a site is, and how an address is shown. Pure, light to import.

The lists of tracking parameters are our own: those of courlan also take `gallery=5`, `eid=5` and `source=5`, which
name articles, and importing it takes a tenth of a second.
"""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

_DEFAULT_PORTS = {("http", 80), ("https", 443), ("http", 443)}
_ROUNDS = 8  # the address in an AMP cache can need all of it again
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_IN_PATH, _IN_QUERY = "/:@!$&'()*+,;=%", "/:@!$&'()*+,;=%?"
_SESSION = re.compile(r";jsessionid=[^/;]*", re.I)
_BLANK = "".join(map(chr, range(0x21)))

_TRACKING = re.compile(
    r"(?:utm|at|hsa|itm|matomo|mtm|ns|oly|piwik|pk|vero|guce)_.+"
    r"|(?:dc|fb|gc|tt|tw|y|ys)clid|fb_(?:action_ids|action_types|ref|source)|gclid|gclsrc|gbraid|wbraid|msclkid"
    r"|igshid|igsh|li_fat_id|mc_[ce]id|ml_subscriber(?:_hash)?|mkt_tok|_hsenc|_hsmi|__hs(?:tc|sc|fp)|hsctatracking"
    r"|_ga|_gl|_branch_match_id|__twitter_impression|ref_(?:src|url)|s_cid|s_kwcid|ef_id|wt[._](?:z?mc|mc_id)"
    r"|xtor|cmpid|ncid|ocid|icid|ftcamp|ftag|mbid|smid|smtyp|soc_(?:src|trk)|tsrc|guccounter|ito"
    r"|feedname|feedtype|jsessionid|phpsessid|amp_(?:js_v|gsa|lite|ct)|usqp"
)
_FROM = re.compile(r"ref|refer|referrer|referer|source|src|from|via|partner|emc|cmp|cid|mod|campaign|medium|channel")
_FED = re.compile(
    r"(?:(?:google|apple)?[-_ ]?news[-_ ]?)?(?:rss|atom|feed|feeds|newsletter|e-?mail|social|share|sharing|twitter"
    r"|facebook|linkedin|whatsapp|telegram|googlenews|feedburner|flipboard)(?:[-_ ]?(?:rss|feed|share|link|[0-9.]))*"
)
# Where many write under one domain, beside those that the public suffix list knows.
_SHARED = tuple(
    "substack.com wordpress.com tumblr.com medium.com ghost.io beehiiv.com livejournal.com typepad.com over-blog.com "
    "squarespace.com neocities.org weebly.com jimdofree.com mystrikingly.com canalblog.com 000webhostapp.com "
    "blogspot.co.uk blogspot.de blogspot.fr wixsite.com".split()
)
_AMP = {("amp", ""), ("amp", "1"), ("amp", "true"), ("amp", "yes"), ("outputtype", "amp"), ("output", "amp")}
_CACHED = re.compile(r"/(?:[a-z]{1,3}/)?(s/)?([^/]+\.[^/]+(?:/.*)?)")
_READER = re.compile(r"/amp/(s/)?([^/]+\.[^/]+/.+)")
_VIEWER = re.compile(r"www\.(?:google\.(?:com|[a-z]{2}|co\.[a-z]{2}|com\.[a-z]{2})|bing\.com)")
_AMP_ENDING = re.compile(r"(?<=[^/])(?:/amp|\.amp(?=\.html?$)|\.amp)/*(?=$|\.html?$)")

_SECRET = re.compile(
    r"token|secret|passw|pwd|apikey|signature|credential|session|jwt|hmac"
    r"|(?:^|[^a-z])(?:key|sig|auth|pass|code|user|login|pw|pin)(?:$|[^a-z])"
)
_PARAMETER = re.compile(r"([?&;#])([^=&;#?\s]+)=([^&;#\s]*)")
_USERINFO = re.compile(r"(?<=//)[^/?#\s]*@")


def normal(url: str) -> str:
    """The one address of a page, whatever its spelling; what is no web address is kept nearly as it is.

    https for http, the host in small ASCII letters without the default port; without user, fragment, trailing slash
    and parameters that only say where a reader came from; the others sorted by name; the page for its AMP form; escapes
    as in RFC 3986, 6.2.2. "www." stays. Never raises: "http://[" is still a name. An address to compare, not to fetch.
    """
    for _ in range(_ROUNDS):
        once = _normal(url)
        if once == url:
            break
        url = once
    return url


def _normal(url: str) -> str:
    url = url.strip().strip(_BLANK)
    try:
        parts = urlsplit(f"https:{url}" if url.startswith("//") else url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return url
    scheme = parts.scheme.lower()
    if scheme not in {"http", "https"} or not host:
        netloc = parts.netloc.rpartition("@")[2].lower()
        return urlunsplit((scheme, netloc, parts.path.rstrip("/"), parts.query, "")).strip()
    host = _host(host)
    path = _path(parts.path)
    behind = _behind_cache(host, path, parts.query)
    if behind is not None:
        return behind
    shown = f"[{host}]" if ":" in host else host
    if port is not None and (scheme, port) not in _DEFAULT_PORTS:
        shown += f":{port}"
    return urlunsplit(("https", shown, path, _query(parts.query), _fragment(parts)))


def _host(host: str) -> str:
    host = host.rstrip(".").lower() or host
    if not host.isascii():
        import idna

        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return host
    if host.startswith("amp.") and host != registrable(host):
        bare = host.removeprefix("amp.")
        return f"www.{bare}" if bare == registrable(bare) else bare
    return host


def _path(path: str) -> str:
    path = _dots_out(_escaped(_SESSION.sub("", path), _IN_PATH)).rstrip("/")
    path = _AMP_ENDING.sub("", path)
    if path.startswith("/amp/"):
        path = path.removeprefix("/amp")
    return path.rstrip("/")


def _dots_out(path: str) -> str:
    if "/." not in path:
        return path
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del kept[max(1, len(kept) - 1) :]
        elif part != ".":
            kept.append(part)
    return "/".join(kept)


def _escaped(text: str, safe: str) -> str:
    """Escapes in capitals, none where it is not needed, and all where they are."""

    def plain(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if character in _UNRESERVED else match[0].upper()

    lone = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)
    return quote(_ESCAPE.sub(plain, lone), safe=safe, errors="surrogatepass")


def _query(query: str) -> str:
    pairs = [pair for pair in query.replace("&amp;", "&").split("&") if pair and not _is_tracking(pair)]
    return "&".join(sorted((_escaped(pair, _IN_QUERY) for pair in pairs), key=lambda pair: pair.partition("=")[0]))


def _is_tracking(pair: str) -> bool:
    name, _, value = (unquote(part).lower().strip() for part in pair.partition("="))
    if _TRACKING.fullmatch(name) or (name, value) in _AMP:
        return True
    return bool(_FROM.fullmatch(name) and _FED.fullmatch(value))


def _fragment(parts: SplitResult) -> str:
    """Nothing, but where a site shows all its articles at one address and names them after the #."""
    return _escaped(parts.fragment, _IN_QUERY) if parts.fragment.startswith(("!", "/")) else ""


def _behind_cache(host: str, path: str, query: str) -> str | None:
    """The address that an AMP cache or reader has in its path."""
    if host == "cdn.ampproject.org" or host.endswith(".cdn.ampproject.org"):
        found = _CACHED.fullmatch(path)
    elif _VIEWER.fullmatch(host):
        found = _READER.fullmatch("/amp" + path) or _READER.fullmatch(path)
    else:
        return None
    return f"https://{found[2]}" + (f"?{query}" if query else "") if found else None


def host_of(url: str) -> str | None:
    """The host of an address in small letters, None when it has none."""
    try:
        host = urlsplit(url.strip()).hostname
    except ValueError:
        return None
    return host.rstrip(".").lower() or None if host else None


def same_site(a: str, b: str) -> bool:
    """Whether two addresses are of one registrable domain; of one host where that is an IP address or has one label."""
    first, second = host_of(a), host_of(b)
    if first is None or second is None:
        return False
    return first == second or registrable(first) == registrable(second)


@lru_cache(4096)
def registrable(host: str) -> str:
    """The domain of `host` that someone registered, by the public suffix list that comes with the package tld.

    Names below a suffix which that does not know (`.example`) have two labels; what belongs to nobody, as `co.uk` or
    an IP address, is itself. Those who host pages for others, as `github.io`, count as suffixes.
    """
    if not host.isascii():
        host = _host(host)
    try:
        ipaddress.ip_address(host)
        return host
    except ValueError:
        pass
    if (found := next((one for one in _SHARED if host.endswith(f".{one}")), None)) is not None:
        return ".".join(host.split(".")[-(found.count(".") + 2) :])
    from tld import get_fld

    try:
        found = get_fld(f"https://{host}", fail_silently=True, search_private=True)
    except ValueError:
        return host
    return found or ".".join(host.split(".")[-2:])


def safe_to_show(text: str) -> str:
    """An address, or a text with addresses, with *** for its user and for what looks like a secret in it."""

    def hidden(match: re.Match[str]) -> str:
        sign, name, value = match.groups()
        secret = _SECRET.search(unquote(name).lower()) or value.startswith("eyJ")
        return f"{sign}{name}=***" if secret and value else match[0]

    return _PARAMETER.sub(hidden, _USERINFO.sub("***@", text))

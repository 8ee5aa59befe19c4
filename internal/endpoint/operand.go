package endpoint

import (
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Scheme says how an operand is opened.
type Scheme int

// The schemes: "-", a plain path, and the kinds of URL.
const (
	Stdio Scheme = iota
	Path
	TCP
	TCPListen
	Unix
	UnixListen
	HTTP // or HTTPS
)

// maxSocketPath is the longest path that fits a socket address with its closing
// zero.
const maxSocketPath = len(syscall.RawSockaddrUnix{}.Path) - 1

// Operand is a parsed SRC or DST.
type Operand struct {
	scheme  Scheme
	text    string // as given, but without the password of a URL
	address string // the path, HOST:PORT, or the URL of HTTP
	buffers Buffers
}

// ParseOperand parses s. Its errors are of type [*UsageError].
func ParseOperand(s string) (Operand, error) {
	switch {
	case s == "":
		return Operand{}, operandError(s, "is empty", `want a path, "-" or a URL: `+urlForms)
	case strings.ContainsRune(s, 0):
		return Operand{}, operandError(s, "has a NUL byte", "")
	case s == "-":
		return Operand{scheme: Stdio, text: s}, nil
	}
	scheme, rest, found := strings.Cut(s, "://")
	if !found || !looksLikeScheme(scheme) {
		return parsePath(s)
	}
	switch scheme {
	case "tcp", "tcp-listen", "unix", "unix-listen":
		return parseSocket(scheme, s, rest)
	case "http", "https":
		return parseHTTP(s)
	}
	hint := asFile(s)
	if meant, ok := nearMiss(s); ok {
		hint = meant + "; " + hint
	}
	return Operand{}, operandError(s, fmt.Sprintf("unknown scheme %q, want one of %s", scheme, urlForms), hint)
}

// parseSocket parses the operand s, of which rest follows the scheme.
func parseSocket(scheme, s, rest string) (Operand, error) {
	address, buffers, err := cutBuffers(s, rest)
	if err != nil {
		return Operand{}, err
	}
	var o Operand
	switch scheme {
	case "tcp":
		o, err = parseTCP(TCP, s, address)
	case "tcp-listen":
		o, err = parseTCP(TCPListen, s, address)
	case "unix":
		o, err = parseUnix(Unix, s, address)
	default:
		o, err = parseUnix(UnixListen, s, address)
	}
	if err != nil {
		return Operand{}, err
	}
	o.buffers = buffers
	return o, nil
}

// parsePath takes s for a path. If s looks like something else, the file or the
// folder that it names must exist.
func parsePath(s string) (Operand, error) {
	if meant, ok := nearMiss(s); ok && !mayBePath(s) {
		return Operand{}, operandError(s, "no such file, and no URL", meant+"; "+asFile(s))
	}
	return Operand{scheme: Path, text: s, address: s}, nil
}

const urlForms = "tcp://HOST:PORT, tcp-listen://[HOST]:PORT, unix://PATH, unix-listen://PATH, and for a source http://HOST/PATH, https://HOST/PATH"

// looksLikeScheme reports whether RFC 3986 allows s as a scheme. It excludes
// single letters, which are drives on Windows.
func looksLikeScheme(s string) bool {
	for i, r := range s {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789+-.", r)) {
			return false
		}
	}
	return len(s) > 1
}

func parseTCP(scheme Scheme, s, rest string) (Operand, error) {
	form, lowest := "tcp://HOST:PORT", uint64(1)
	if scheme == TCPListen {
		form, lowest = "tcp-listen://[HOST]:PORT", 0
	}
	host, port, err := net.SplitHostPort(rest)
	if err != nil {
		hint := ""
		if strings.Count(rest, ":") > 1 {
			hint = "an IPv6 address is written in brackets, as in tcp://[::1]:9000"
		}
		return Operand{}, operandError(s, "want "+form, hint)
	}
	if host == "" && scheme == TCP {
		return Operand{}, operandError(s, "no host, want "+form, "")
	}
	if strings.ContainsAny(host, "/?#@ ") {
		return Operand{}, operandError(s, fmt.Sprintf("bad host %q, want %s", host, form), "")
	}
	number, err := parsePort(port)
	if err != nil || number < lowest {
		want := fmt.Sprintf("bad port %q, want a number from %d to 65535", port, lowest)
		if isServiceName(port) {
			want += ` or the name of a service, such as "http"`
		}
		return Operand{}, operandError(s, want, "")
	}
	if host == "" {
		host = "127.0.0.1" // loopback only, never all interfaces
	}
	return Operand{scheme: scheme, text: s, address: net.JoinHostPort(host, strconv.FormatUint(number, 10))}, nil
}

// parsePort parses the number of a port, or the name of a service that this
// machine knows.
func parsePort(s string) (uint64, error) {
	number, err := strconv.ParseUint(s, 10, 16)
	if err == nil || !isServiceName(s) {
		return number, err
	}
	known, err := net.LookupPort("tcp", s)
	return uint64(known), err
}

// isServiceName reports whether s may be the name of a service. RFC 6335 allows
// letters, digits and hyphens, with at least one letter. Some systems have
// underscores and dots as well.
func isServiceName(s string) (is bool) {
	for _, r := range s {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && !strings.ContainsRune("0123456789-_.", r) {
			return false
		}
		is = is || letter
	}
	return is
}

func parseUnix(scheme Scheme, s, path string) (Operand, error) {
	if path == "" {
		return Operand{}, operandError(s, "no path, want unix://PATH or unix-listen://PATH", "")
	}
	if path[0] == '@' {
		path = "./" + path // for package net, "@" begins a name outside the file system
	}
	if len(path) > maxSocketPath {
		return Operand{}, operandError(s, fmt.Sprintf("path has %d bytes, a socket's may have %d", len(path), maxSocketPath),
			"a relative path can be shorter")
	}
	return Operand{scheme: scheme, text: s, address: path}, nil
}

// String returns the operand as it was given, but without a password.
func (o Operand) String() string { return o.text }

// Scheme returns how the operand is opened.
func (o Operand) Scheme() Scheme { return o.scheme }

// Buffers returns the sizes that the operand asks for of its socket's buffers.
func (o Operand) Buffers() Buffers { return o.buffers }

// IsFile reports whether the operand is a standard stream or a path.
func (o Operand) IsFile() bool { return o.scheme == Stdio || o.scheme == Path }

// network returns package net's name for the operand's scheme, or "" if it is
// no socket.
func (o Operand) network() string {
	switch o.scheme {
	case TCP, TCPListen:
		return "tcp"
	case Unix, UnixListen:
		return "unix"
	default:
		return ""
	}
}

// listenNetwork returns network, but "tcp4" for an IPv4 address: with "tcp",
// package net takes 0.0.0.0 for every address, of IPv6 as well.
func (o Operand) listenNetwork() string {
	host, err := netip.ParseAddrPort(o.address)
	if o.scheme == TCPListen && err == nil && host.Addr().Is4() {
		return "tcp4"
	}
	return o.network()
}

// Name returns the name of the operand for a display. Standard input and output
// have names of their own.
func (o Operand) Name() string {
	switch {
	case o.network() == "tcp":
		return o.address
	case o.scheme == HTTP:
		return urlName(o.address)
	}
	return filepath.Base(o.address)
}

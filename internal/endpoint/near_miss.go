package endpoint

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
)

// nearMiss returns a hint for a path that is almost an operand of another kind:
// what the user probably meant. If it were taken as a path, a file would appear
// and nothing would be connected.
func nearMiss(s string) (meant string, ok bool) {
	if strings.Trim(s, dashes) == "" {
		return `standard input and output are written "-"`, true
	}
	if path, ok := fileURL(s); ok {
		return fmt.Sprintf("a file is written as its path, %q", path), true
	}
	if hasBuffers(s) {
		return "only a socket has rcvbuf and sndbuf, as in tcp://HOST:PORT?rcvbuf=SIZE", true
	}
	if scheme, _, found := strings.Cut(s, ":"); found && (scheme == "http" || scheme == "https") && !strings.Contains(s, "://") {
		return "a URL is one of " + urlForms, true
	}
	if url, ok := almostURL(s); ok {
		purpose := "to connect"
		if strings.Contains(url, "-listen://") {
			purpose = "to accept a connection"
		}
		return fmt.Sprintf("%s, write %q", purpose, url), true
	}
	return "", false
}

// dashes are "-" and the characters that editors and web pages put in its
// place.
const dashes = "-\u2010\u2011\u2012\u2013\u2014\u2212"

// asFile says how to write s if it is the name of a file.
func asFile(s string) string { return "a file of that name is written " + strconv.Quote("./"+s) }

// mayBePath reports whether a file s exists, or a folder in which s would be
// made.
func mayBePath(s string) bool {
	if _, err := os.Lstat(s); err == nil {
		return true
	}
	if !strings.Contains(s, "/") {
		return false
	}
	info, err := os.Stat(folderOf(s))
	return err == nil && info.IsDir()
}

// fileURL returns the path of a file: URL.
func fileURL(s string) (path string, ok bool) {
	if len(s) < len("file:/") || !strings.EqualFold(s[:len("file:/")], "file:/") {
		return "", false
	}
	parsed, err := url.Parse(s)
	if err != nil || parsed.Path == "" {
		return "", false
	}
	return parsed.Path, true
}

// almostURL returns the URL that was probably meant by s.
func almostURL(s string) (url string, ok bool) {
	if scheme, separator, rest, ok := almostScheme(s); ok {
		if url, ok := completeURL(scheme, separator, rest); ok {
			return url, true
		}
	}
	if s[0] == ':' && isPort(s[1:]) {
		return "tcp-listen://" + s, true
	}
	if address, ok := hostPort(s, isUnmistakable); ok && !endsWithTime(s) {
		return "tcp://" + address, true
	}
	return "", false
}

// almostScheme cuts s into a scheme, a separator that may stand for "://", and
// the rest.
func almostScheme(s string) (scheme, separator, rest string, ok bool) {
	for _, scheme := range []string{"tcp", "tcp-listen", "unix", "unix-listen", "http", "https"} {
		if len(s) < len(scheme) || !strings.EqualFold(s[:len(scheme)], scheme) {
			continue
		}
		for _, separator := range []string{"://", ":/", "//", ":"} {
			if rest, ok := strings.CutPrefix(s[len(scheme):], separator); ok && rest != "" {
				return scheme, separator, rest, true
			}
		}
	}
	return "", "", "", false
}

// completeURL makes a URL of the three parts. After a scheme for TCP, the rest
// must look like an address.
func completeURL(scheme, separator, rest string) (url string, ok bool) {
	switch {
	case separator == "://": // the scheme has capitals
		return scheme + separator + rest, true
	case scheme == "tcp" || scheme == "tcp-listen":
		address, ok := almostAddress(scheme, rest)
		return scheme + "://" + address, ok
	case separator == ":/":
		rest = "/" + rest
	}
	return scheme + "://" + rest, true
}

// almostAddress returns the address that s means after that scheme. It may be a
// port alone.
func almostAddress(scheme, s string) (address string, ok bool) {
	port := strings.TrimPrefix(s, ":")
	switch {
	case scheme == "tcp" && isPort(port):
		return "localhost:" + port, true
	case scheme == "tcp-listen" && (isPort(port) || port == "0"):
		return ":" + port, true
	}
	return hostPort(s, func(string) bool { return true })
}

// hostPort returns s as HOST:PORT if there is little doubt: the host is an address
// or a name, and the port a number. It may be the name of a service that this machine
// knows where the host alone leaves little doubt, as sure says.
func hostPort(s string, sure func(host string) bool) (address string, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 || !isPort(s[i+1:]) && !(sure(s[:i]) && isKnownService(s[i+1:])) {
		return "", false
	}
	host := s[:i]
	if inner, bracketed := strings.CutPrefix(host, "["); bracketed {
		host, bracketed = strings.CutSuffix(inner, "]")
		if ip, err := netip.ParseAddr(host); !bracketed || err != nil || !ip.Is6() {
			return "", false
		}
	} else if _, err := netip.ParseAddr(host); err != nil && !isHostName(host) {
		return "", false
	}
	return net.JoinHostPort(host, s[i+1:]), true
}

// isHostName reports whether s is the name of a host. It returns false for a
// number, which may be an hour, and for a single letter, which may be a drive.
func isHostName(s string) bool {
	letters := 0
	for label := range strings.SplitSeq(strings.TrimSuffix(s, "."), ".") {
		if label == "" || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, r := range label {
			switch {
			case 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z':
				letters++
			case r != '-' && !isDigit(r):
				return false
			}
		}
	}
	return letters > 0 && len(s) > 1
}

// isUnmistakable reports whether a host cannot well be the beginning of a file's name:
// it is this machine, an address, or a name with a domain.
func isUnmistakable(host string) bool {
	return strings.EqualFold(host, "localhost") || strings.ContainsAny(host, ".:")
}

func isKnownService(s string) bool {
	if !isServiceName(s) {
		return false
	}
	_, err := net.LookupPort("tcp", s)
	return err == nil
}

func isPort(s string) bool {
	number, err := strconv.ParseUint(s, 10, 16)
	return err == nil && number > 0 && s[0] != '0'
}

// endsWithTime reports whether s ends with a time of day, as
// backup-2026-01-31T23:59 does.
func endsWithTime(s string) bool {
	const form = "T23:59"
	if len(s) < len(form) {
		return false
	}
	end := []rune(s[len(s)-len(form):])
	return len(end) == len(form) && strings.ContainsRune("T-", end[0]) &&
		isDigit(end[1]) && isDigit(end[2]) && end[3] == ':' && isDigit(end[4]) && isDigit(end[5])
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

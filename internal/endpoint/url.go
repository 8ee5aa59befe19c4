package endpoint

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const httpForm = "http://HOST[:PORT]/PATH"

// parseHTTP parses a URL whose response is the source. The parameters of the
// socket are cut out of the query, and the server does not see them.
func parseHTTP(s string) (Operand, error) {
	u, err := url.Parse(s)
	if err != nil {
		if inner, ok := errors.AsType[*url.Error](err); ok {
			err = inner.Err
		}
		return Operand{}, operandError(s, fmt.Sprintf("bad URL: %v, want %s", err, httpForm), "")
	}
	if u.Hostname() == "" {
		return Operand{}, operandError(s, "no host, want "+httpForm, "")
	}
	if number, err := strconv.ParseUint(u.Port(), 10, 16); u.Port() != "" && (err != nil || number == 0) {
		return Operand{}, operandError(s, fmt.Sprintf("bad port %q, want a number from 1 to 65535", u.Port()), "")
	}
	var own []string
	others := slices.DeleteFunc(strings.Split(u.RawQuery, "&"), func(parameter string) bool {
		isOwn := hasBuffers("?" + parameter)
		if isOwn {
			own = append(own, parameter)
		}
		return isOwn
	})
	buffers, err := parseBuffers(s, strings.Join(own, "&"))
	if err != nil {
		return Operand{}, err
	}
	u.RawQuery = strings.Join(others, "&")
	text := s
	if _, secret := u.User.Password(); secret {
		text = u.Redacted() // for messages and reports
	}
	return Operand{scheme: HTTP, text: text, address: u.String(), buffers: buffers}, nil
}

// urlBase returns the last name in the path of a URL, or "" if that is no name
// for a file.
func urlBase(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	base := path.Base(u.Path)
	if base == "/" || base == "." || base == ".." || strings.ContainsRune(base, 0) || base != filepath.Base(base) {
		return ""
	}
	return base
}

// urlName returns the name of a URL for a display: the last name in its path, or
// else its host.
func urlName(address string) string {
	base := urlBase(address)
	if u, err := url.Parse(address); err == nil && base == "" {
		return u.Host
	}
	return base
}

// CheckDestination returns a usage error if the operand can only be a source.
func (o Operand) CheckDestination() error {
	if o.scheme == HTTP {
		return &UsageError{text: fmt.Sprintf("destination %q: want a path or a socket, HTTP is for a source only", o.text)}
	}
	return nil
}

// A Header is sent with a request.
type Header struct{ Name, Value string }

// ParseHeader parses a header such as "Accept: text/plain". Its errors are of
// type [*UsageError].
func ParseHeader(s string) (Header, error) {
	name, value, found := strings.Cut(s, ":")
	isToken := func(r rune) bool { return r > ' ' && r < 0x7f && !strings.ContainsRune(`()<>@,;:\"/[]?={}`, r) }
	isText := func(r rune) bool { return r >= ' ' && r != 0x7f || r == '\t' }
	not := func(is func(rune) bool) func(rune) bool { return func(r rune) bool { return !is(r) } }
	switch {
	case !found || name == "":
		return Header{}, &UsageError{text: fmt.Sprintf("header %q: want NAME:VALUE", s)}
	case strings.ContainsFunc(name, not(isToken)):
		return Header{}, &UsageError{text: fmt.Sprintf("header %q: bad name %q, want letters, digits and hyphens", s, name)}
	case strings.ContainsFunc(value, not(isText)):
		return Header{}, &UsageError{text: fmt.Sprintf("header %q: control characters in the value, want none", s)}
	}
	return Header{http.CanonicalHeaderKey(name), strings.Trim(value, " \t")}, nil
}

// addTo adds the header to a request. The first of a name replaces what bpcopy
// itself sends. The host is no header to net/http.
func (h Header) addTo(request *http.Request, before []Header) {
	seen := slices.ContainsFunc(before, func(other Header) bool { return other.Name == h.Name })
	switch {
	case h.Name == "Host":
		request.Host = h.Value
	case seen:
		request.Header.Add(h.Name, h.Value)
	default:
		request.Header.Set(h.Name, h.Value)
	}
}

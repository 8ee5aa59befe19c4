package local

import (
	"crypto/subtle"
	"net"
	"net/http"
	"strings"
)

// guard lets requests through to a page, or refuses them.
type guard struct {
	token string
	host  string // that the user listens on, as it was given
	port  string // that it listens on, as a number
	slots chan struct{}
	page  http.Handler
}

// ServeHTTP answers a request: 421 for another host, 404 without the token, 405
// for anything but GET, 503 if too many are under way.
func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	if !g.knows(r) {
		refuse(w, http.StatusMisdirectedRequest, "this is another host")
		return
	}
	token, rest, slash := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if subtle.ConstantTimeCompare([]byte(token), []byte(g.token)) == 0 {
		refuse(w, http.StatusNotFound, "not found")
		return
	}
	if r.Method != http.MethodGet {
		w.Header().Set("Allow", http.MethodGet)
		refuse(w, http.StatusMethodNotAllowed, "only GET")
		return
	}
	if !slash { // or the links of the page would lead elsewhere
		http.Redirect(w, r, "/"+g.token+"/", http.StatusMovedPermanently)
		return
	}
	select {
	case g.slots <- struct{}{}:
		defer func() { <-g.slots }()
	default:
		w.Header().Set("Retry-After", "1")
		refuse(w, http.StatusServiceUnavailable, "too many requests at once")
		return
	}
	inner := r.Clone(r.Context())
	inner.URL.Path, inner.URL.RawPath = "/"+rest, ""
	g.page.ServeHTTP(w, inner)
}

// knows reports whether the Host of a request is this server: the host that the
// user gave, localhost, or the IP address that the request came to.
func (g *guard) knows(r *http.Request) bool {
	host, port, err := net.SplitHostPort(r.Host)
	if err != nil { // without a port it is that of HTTP
		host, port = strings.Trim(r.Host, "[]"), "80"
	}
	if port != g.port {
		return false
	}
	if strings.EqualFold(host, g.host) || strings.EqualFold(host, "localhost") {
		return true
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return ok && local.IP.Equal(net.ParseIP(host))
}

// secure sets the headers that keep a page to itself.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "+
		"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer") // the token is in the address
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// refuse answers with a status and why.
func refuse(w http.ResponseWriter, status int, why string) {
	http.Error(w, why, status)
}

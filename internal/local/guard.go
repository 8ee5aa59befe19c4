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
	slots chan struct{}
	page  http.Handler
}

// ServeHTTP answers a request: 421 for another host, 404 without the token, 405
// for anything but GET and HEAD, 503 if too many are under way. What is refused
// tells nothing.
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
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		refuse(w, http.StatusMethodNotAllowed, "only GET and HEAD")
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
// user gave, localhost, a loopback address, or the IP address that the request
// came to. No other site can have one of these in its address. The port may be
// any, since a tunnel may forward another one.
func (g *guard) knows(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil { // it has no port
		host = strings.TrimSuffix(strings.TrimPrefix(r.Host, "["), "]")
	}
	if ip := net.ParseIP(host); ip != nil {
		local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
		return ip.IsLoopback() || ok && local.IP.Equal(ip) || host == g.host
	}
	return strings.EqualFold(host, "localhost") || host != "" && strings.EqualFold(host, g.host)
}

// secure sets the headers that keep a page to itself. A page may set another policy
// of its content.
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

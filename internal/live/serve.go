package live

import (
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"bpcopy/internal/document"
)

// serve answers a request. What is refused tells nothing.
func (p *Page) serve(w http.ResponseWriter, r *http.Request) {
	protect(w.Header())
	what, ok := p.path(r)
	switch {
	case !p.mayAsk(r.Host):
		http.Error(w, "this host is not served here", http.StatusForbidden)
	case !ok:
		http.NotFound(w, r)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
	case what == "events":
		p.events(w, r)
	default:
		p.page(w, r)
	}
}

// protect sets the headers that keep other sites out: none may frame the page, load
// it, or learn its address.
func protect(h http.Header) {
	h.Set("Content-Security-Policy", document.Policy(true)+"; frame-ancestors 'none'")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
}

// path returns what is asked for: "" is the page. It must be below the token.
func (p *Page) path(r *http.Request) (what string, ok bool) {
	token, what, found := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	ok = subtle.ConstantTimeCompare([]byte(token), []byte(p.token)) == 1
	return what, ok && found && (what == "" || what == "events")
}

// mayAsk reports whether the page is served to whoever calls its host so. Another
// site could give its own name the address of this machine, and so get around the
// browser's rules. It cannot do that with an address or with localhost.
func (p *Page) mayAsk(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	return strings.EqualFold(name, "localhost") || p.host != "" && strings.EqualFold(name, p.host)
}

// page gives the page.
func (p *Page) page(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if r.Method == http.MethodHead {
		return
	}
	p.mu.Lock()
	runs := p.shown()
	p.loaded = time.Now()
	p.mu.Unlock()
	_ = document.WriteLivePage(w, runs) // the browser has gone
}

// events sends a viewer the newest state again and again, until the page is over or
// the viewer does not read.
func (p *Page) events(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodHead {
		w.Header().Set("Content-Type", "text/event-stream")
		return
	}
	if err := p.enter(); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	defer p.leave()
	w.Header().Set("Content-Type", "text/event-stream")
	to := http.NewResponseController(w)
	ticker := time.NewTicker(often)
	defer ticker.Stop()
	for {
		state, last := p.newest()
		if to.SetWriteDeadline(time.Now().Add(unread)) != nil || send(w, state) != nil || to.Flush() != nil || last {
			return
		}
		select {
		case <-ticker.C:
		case <-p.over:
		case <-r.Context().Done():
			return
		}
	}
}

// send sends one event. JSON has no line ends.
func send(w http.ResponseWriter, state []byte) error {
	for _, part := range [][]byte{[]byte("data: "), state, []byte("\n\n")} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

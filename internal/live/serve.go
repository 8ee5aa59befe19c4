package live

import (
	"net/http"
	"time"

	"bpcopy/internal/document"
)

// serve answers a request that package local has let through.
func (p *Page) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", document.Policy(true)+"; frame-ancestors 'none'")
	switch r.URL.Path {
	case "/":
		p.page(w, r)
	case "/events":
		p.events(w, r)
	default:
		http.NotFound(w, r)
	}
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

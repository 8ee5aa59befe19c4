// Package live shows runs as a page in a browser while they go on. It gives the page
// of package document to whoever knows its address, and sends it the newest state
// ten times a second.
//
// The page cannot slow or fail the run: nobody waits for a browser, and one that does
// not read is dropped. Nobody can change anything by it.
//
// # Words
//
//   - page: the live page. Package local gives it to browsers.
//   - viewer: a browser that has the page open and takes its events.
//   - state: what the page draws, see package document.
//   - over: a page whose runs have ended. Its viewers keep the last state.
package live

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"time"

	"bpcopy/internal/document"
	"bpcopy/internal/local"
)

const (
	// often is the time between two states.
	often = 100 * time.Millisecond
	// dear is how many times as long as it took to make a state, the next one is at
	// least put off: a state with many destinations takes longer.
	dear = 50
	// unread is how long a viewer may leave what it is sent unread.
	unread = time.Second
	// loading is how long a browser may take from the page to its events.
	loading = time.Second
	// mostViewers is how many viewers are served at the same time.
	mostViewers = 16
)

// Page is a live page. Make it with [Listen]. A nil *Page shows nothing to nobody.
type Page struct {
	server *local.Server
	close  context.CancelFunc // ends the server
	served chan struct{}      // closed when the server has ended
	over   chan struct{}      // closed by End
	turn   chan struct{}      // gets a value when there is another number of viewers

	mu      sync.Mutex // guards what follows
	runs    func() []document.Run
	state   []byte    // the newest, as JSON
	made    time.Time // when
	pause   time.Duration
	viewers int
	loaded  time.Time // when a browser got the page that has not asked for its events yet
}

// Listen opens a page at HOST:PORT. Port 0 is any that is free. The page is served until
// [Page.End] is called, which waits for its goroutines. Errors are those of [local.Listen].
func Listen(ctx context.Context, addr string) (*Page, error) {
	server, err := local.Listen(ctx, addr)
	if err != nil {
		return nil, err
	}
	return open(ctx, server), nil
}

// open opens a page at a server. It outlives ctx, whose end it is to show.
func open(ctx context.Context, server *local.Server) *Page {
	serving, closeIt := context.WithCancel(context.WithoutCancel(ctx))
	p := &Page{
		server: server,
		close:  closeIt,
		served: make(chan struct{}),
		over:   make(chan struct{}),
		turn:   make(chan struct{}, 1),
		runs:   func() []document.Run { return nil },
	}
	go func() {
		defer close(p.served)
		_ = server.Serve(serving, http.HandlerFunc(p.serve)) // a page that fails is no failure of the run
	}()
	return p
}

// URL returns the address of the page.
func (p *Page) URL() string { return p.server.URL() }

// Show says what the page shows from now on: as many of runs as a document can have. The
// function is called from another goroutine, at most ten times a second, and only while
// somebody watches.
func (p *Page) Show(runs func() []document.Run) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.runs, p.state = runs, nil
}

// End shows how the runs have ended, or what was shown last if there are none, and
// closes the page. It waits until all viewers have that, but no longer than patience, and
// not beyond the end of ctx. (If that has ended already, the runs were interrupted, and
// the viewers are told so.)
func (p *Page) End(ctx context.Context, patience time.Duration, runs ...document.Run) {
	if p == nil {
		return
	}
	p.mu.Lock()
	if runs == nil {
		runs = p.shown()
	}
	p.state = stateOf(runs, false)
	p.runs = func() []document.Run { return runs }
	p.mu.Unlock()
	close(p.over)
	var interrupted <-chan struct{}
	if ctx.Err() == nil {
		interrupted = ctx.Done()
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	waiting := true
	for waiting && p.watched() {
		select {
		case <-p.turn:
		case <-timer.C:
			waiting = false
		case <-interrupted:
			waiting = false
		}
	}
	p.close() // the ends of answers are still sent, for a moment
	<-p.served
}

// shown returns the runs that are shown. The lock is held.
func (p *Page) shown() []document.Run {
	runs := p.runs()
	return runs[:min(len(runs), document.MaxRuns+document.MaxRows)]
}

// watched reports whether a viewer has not got everything yet.
func (p *Page) watched() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.viewers > 0 || time.Since(p.loaded) < loading
}

// newest returns the state that a viewer is to get now, and whether it is the last.
func (p *Page) newest() (state []byte, last bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.over:
		return p.state, true
	default:
	}
	if p.state == nil || time.Since(p.made) >= p.pause {
		start := time.Now()
		p.state = stateOf(p.shown(), true)
		p.made = time.Now()
		p.pause = max(often-often/10, dear*p.made.Sub(start)) // a ticker is not exact
	}
	return p.state, false
}

// stateOf returns the state of runs as JSON.
func stateOf(runs []document.Run, live bool) []byte {
	state, err := json.Marshal(document.NewState(runs, live).WithTables(runs))
	if err != nil {
		panic("live: internal error: " + err.Error())
	}
	return state
}

// errTooMany is why a viewer is turned away.
var errTooMany = errors.New("too many browsers watch already")

// enter counts a viewer, and leave one that has gone.
func (p *Page) enter() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.viewers >= mostViewers {
		return errTooMany
	}
	p.viewers++
	p.loaded = time.Time{}
	return nil
}

func (p *Page) leave() {
	p.mu.Lock()
	p.viewers--
	p.mu.Unlock()
	select {
	case p.turn <- struct{}{}:
	default: // End will look anyway
	}
}

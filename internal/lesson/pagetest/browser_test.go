// Package pagetest tests the page of the lesson in a real browser: headless
// Chromium, where there is one.
package pagetest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"bpcopy/internal/lesson"
	"bpcopy/internal/local"
)

// patience is how long all tests may take together. It only bounds what hangs.
const patience = 3 * time.Minute

// browser returns a context with a running browser, or skips the test.
func browser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome", "headless-shell"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("there is no Chromium here")
	}
	// All that it keeps, it keeps in a folder of the test. Chromium's own
	// sandbox does not work for root, nor in most containers, and the page is
	// ours.
	home := t.TempDir()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.UserDataDir(home), chromedp.Env("HOME="+home), chromedp.Flag("disable-dev-shm-usage", true))
	// t.Context ends before the cleanups, but they must end the browser in order.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	t.Cleanup(func() { _ = chromedp.Cancel(ctx) }) // waits until it has ended, so that home can be removed
	return ctx
}

// served serves the lesson until the test ends, and returns where.
func served(t *testing.T) string {
	t.Helper()
	server, err := local.Listen(t.Context(), local.Loopback)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, lesson.Handler()) }()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return server.URL()
}

// page is the lesson in a tab of the browser.
type page struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex // guards the fields below; the browser's messages come from another goroutine
	requests []string   // addresses
	console  []string   // all that the page said, and every error of it
}

// open opens the lesson in a tab, and waits until it shows a run. When the test
// ends, the page must have asked for nothing elsewhere, and its console must be
// empty.
func open(t *testing.T, browser context.Context, url string, width int64) *page {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	p := &page{t: t, ctx: ctx}
	if err := chromedp.Listen(ctx, p.hear); err != nil {
		t.Fatal(err)
	}
	p.do(enable(network.Enable, network.EnableParams{}), enable(log.Enable, cdp.Empty{}),
		chromedp.EmulateViewport(width, 900), chromedp.Navigate(url))
	p.await(`document.querySelectorAll('#log li').length > 0`)
	t.Cleanup(func() { p.checkQuiet(url) })
	return p
}

// enable returns an action that makes the browser tell of a domain's events.
func enable[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	})
}

// hear notes what the browser tells.
func (p *page) hear(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		p.requests = append(p.requests, e.Request.URL)
	case *runtime.EventConsoleAPICalled:
		p.console = append(p.console, string(e.Args[0].Value))
	case *runtime.EventExceptionThrown:
		p.console = append(p.console, e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		p.console = append(p.console, e.Entry.Text)
	}
}

// checkQuiet fails the test if the page asked for anything elsewhere, or if
// anything is in its console. A line of our own comes last, so nothing is
// missed.
func (p *page) checkQuiet(url string) {
	const last = `"the end"`
	p.eval(`console.log('the end')`)
	said := func() []string {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.console
	}
	for len(said()) == 0 || said()[len(said())-1] != last {
		p.eval(`0`) // its answer comes after all that came before
	}
	if console := said(); len(console) > 1 {
		p.t.Errorf("in the console: %q", console[:len(console)-1])
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, request := range p.requests {
		if !strings.HasPrefix(request, url) {
			p.t.Errorf("the page asks for %s; want nothing but %s", request, url)
		}
	}
	if len(p.requests) < 8 { // the page, its style, its six scripts
		p.t.Errorf("the page asks for %q only: are requests told?", p.requests)
	}
}

func (p *page) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// eval runs JavaScript for its effect.
func (p *page) eval(script string) {
	p.t.Helper()
	p.do(chromedp.Evaluate[chromedp.Void](script))
}

// value returns the value of a JavaScript expression.
func value[T any](p *page, expression string) T {
	p.t.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// await waits until a JavaScript condition holds.
func (p *page) await(condition string) {
	p.t.Helper()
	value[bool](p, `new Promise((done) => { const look = () => (`+condition+`) ? done(true) : setTimeout(look, 5); look(); })`)
}

// click clicks an element as a user does.
func (p *page) click(selector string) {
	p.t.Helper()
	p.do(chromedp.Click(selector))
}

// press presses keys, wherever the focus is.
func (p *page) press(keys string) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(keys))
}

// text returns the text of an element.
func (p *page) text(id string) string {
	p.t.Helper()
	return value[string](p, `document.getElementById('`+id+`').textContent`)
}

// lesson opens a lesson by its place in the list, from 1.
func (p *page) lesson(n int) {
	p.t.Helper()
	p.eval(`document.getElementById('log').replaceChildren()`)
	p.click(fmt.Sprintf(`#lessons li:nth-child(%d) button`, n))
	p.await(`document.querySelectorAll('#log li').length > 0`)
}

// reduceMotion makes the browser say that the user wants no motion.
func (p *page) reduceMotion() {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

// answered returns what the lesson itself answers to the newest request of the
// page for a run of that kind: "yes" or "no" for heed.
func (p *page) answered(heed string) (events []string) {
	p.t.Helper()
	p.mu.Lock()
	url := ""
	for _, request := range p.requests {
		if strings.Contains(request, "heed="+heed) {
			url = request
		}
	}
	p.mu.Unlock()
	answer, err := http.Get(url)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	var a struct{ Events []json.RawMessage }
	if err := json.Unmarshal(body, &a); err != nil {
		p.t.Fatalf("GET %s: %v: %s", url, err, body)
	}
	for _, e := range a.Events {
		events = append(events, string(e))
	}
	return events
}

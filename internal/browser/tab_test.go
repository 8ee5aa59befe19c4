package browser

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tab is a tab of the browser. It fails its test if the page complains, or asks for
// anything that it must not.
type tab struct {
	*testing.T
	ctx context.Context

	mu       sync.Mutex // guards what follows
	requests []string
	problems []string
}

// browser returns the path of a browser.
func browser(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no browser here: the tests of the pages need chromium")
	return ""
}

// open opens a page in a browser of its own, of that width.
func open(t *testing.T, url string, width int64) *tab {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browser(t)), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	ctx, stop := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(ctx)
	b := &tab{T: t, ctx: ctx}
	t.Cleanup(func() {
		cancel()
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.problems != nil {
			t.Errorf("the page complains:\n%s", strings.Join(b.problems, "\n"))
		}
	})
	if err := chromedp.Listen(ctx, b.hear); err != nil { // starts the browser
		t.Fatal(err)
	}
	b.do(command(network.Enable, network.EnableParams{}), command(log.Enable, cdp.Empty{}), chromedp.EmulateViewport(width, 900), chromedp.Navigate(url))
	return b
}

// resize gives the window that width, and waits until the picture has it.
func (b *tab) resize(width int64) {
	b.Helper()
	b.do(chromedp.EmulateViewport(width, 900))
	b.until(`document.getElementById("svg").viewBox.baseVal.width === Math.max(320, Math.round(document.getElementById("picture").clientWidth))`)
}

// command is a command of the protocol.
func command[P any](c cdp.Command[P, cdp.Empty], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}

// hear notes what the page asks for and complains of.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	case *runtime.EventExceptionThrown:
		b.problems = append(b.problems, fmt.Sprintf("exception: %+v %+v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception))
	case *runtime.EventConsoleAPICalled:
		b.problems = append(b.problems, fmt.Sprint("console: ", e.Type, e.Args))
	case *log.EventEntryAdded:
		b.problems = append(b.problems, fmt.Sprint(e.Entry.Level, ": ", e.Entry.Text, " ", e.Entry.URL))
	case *page.EventJavascriptDialogOpening:
		b.problems = append(b.problems, "dialog: "+e.Message)
	}
}

// asked wants the page to have asked for these addresses only.
func (b *tab) asked(want ...string) {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, url := range b.requests {
		if !slices.Contains(want, url) && url != "data:," {
			b.Errorf("the page asks for %s", url)
		}
	}
}

// patience is how long a test waits for the browser before it gives up.
const patience = 30 * time.Second

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.Fatal(err)
	}
}

// eval returns the value of an expression.
func eval[T any](b *tab, expression string) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.Fatalf("%s: %v", expression, err)
	}
	return value
}

// until waits until an expression is true. It is the page that looks again and again.
func (b *tab) until(expression string) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	look := fmt.Sprintf("new Promise(done => { const look = () => (%s) ? done(true) : setTimeout(look, 10); look(); })", expression)
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](look, chromedp.EvalAwaitPromise)); err != nil {
		b.Fatalf("%s: %v\nthe page reads: %s", expression, err, eval[string](b, "document.body.innerText"))
	}
}

// number returns the text of a field in the table of numbers.
func (b *tab) number(field string) string {
	b.Helper()
	return eval[string](b, fmt.Sprintf(`document.querySelector('tr[data-field="%s"] td').textContent`, field))
}

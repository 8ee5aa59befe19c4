package browser

import (
	"fmt"
	"net"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// Whatever a page is about, nothing on it is wider than the window or the paper, no text is
// cut or lies over another one, and no number is missing.
func TestLayout(t *testing.T) {
	browser(t)
	for name, make := range map[string]func(t *testing.T, folder string) string{
		"several destinations": func(t *testing.T, folder string) string {
			return made(t, folder, "-q", "-c", "16k", "-H", "64k", "--consumer", "1:8MiB/s", "--report", "page.html", file(t, folder, "src", 1<<20), "one", "two", "three")
		},
		"many pauses": func(t *testing.T, folder string) string {
			return made(t, folder, "-q", "-c", "1k", "-H", "1k", "--conduit", "memory", "--report", "page.html", "-S", "20M", "/dev/zero", "/dev/null")
		},
		"no byte": func(t *testing.T, folder string) string {
			return made(t, folder, "-q", "--report", "page.html", file(t, folder, "src", 0), "dst")
		},
		"backpressure ignored": func(t *testing.T, folder string) string {
			return made(t, folder, "demo", "-q", "--virtual", "--report", "page.html", "backpressure-ignored")
		},
		"stages": func(t *testing.T, folder string) string {
			return made(t, folder, "-q", "--through", "gzip -9", "--through", "gzip -d", "--report", "page.html", file(t, folder, "src", 1<<20), "dst")
		},
		"every demo": func(t *testing.T, folder string) string {
			return made(t, folder, "demo", "-q", "--virtual", "--report", "page.html", "all")
		},
		"a long name": func(t *testing.T, folder string) string {
			return made(t, folder, "-q", "--report", "page.html", file(t, folder, strings.Repeat("name", 50), 100<<10), strings.Repeat("x", 200))
		},
		"a proxy": proxied,
	} {
		t.Run(name, func(t *testing.T) {
			address := make(t, t.TempDir())
			b := open(t, address, 1200)
			for _, width := range []int64{1200, 400} {
				b.resize(width)
				checkLayout(b, width)
			}
			b.do(command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}))
			b.resize(paper)
			if wide := eval[int64](b, "document.documentElement.scrollWidth"); wide > paper {
				b.Errorf("printed, the page is %d wide; want at most %d", wide, paper)
			}
		})
	}
}

// paper is how wide a sheet of A4 is within its margins, in CSS pixels.
const paper = 718

// proxied makes the page of a proxy with a few connections.
func proxied(t *testing.T, folder string) string {
	upstream, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer upstream.Close()
	go func() {
		for {
			conn, err := upstream.Accept()
			if err != nil {
				return
			}
			conn.Write([]byte(strings.Repeat("x", 100_000)))
			conn.Close()
		}
	}()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	const get = `for i in 1 2 3; do "$0" -q "tcp://$BPCOPY_PROXY" got; done`
	return made(t, folder, "proxy", "-q", "--down", "4MiB/s", "--report", "page.html", "tcp-listen://:0", "tcp://"+upstream.Addr().String(), "--", "sh", "-c", get, program)
}

// checkLayout wants all texts of the picture to be within it and apart from each other, and
// the page to be no wider than the window.
func checkLayout(b *tab, width int64) {
	b.Helper()
	if wide := eval[int64](b, "document.documentElement.scrollWidth"); wide > width {
		b.Errorf("at %d the page is %d wide", width, wide)
	}
	for _, what := range []string{"NaN", "undefined", "Infinity"} {
		if eval[bool](b, fmt.Sprintf("document.querySelector('main').outerHTML.includes(%q)", what)) {
			b.Errorf("the page has %s", what)
		}
	}
	const overlapping = `(() => {
		const boxes = [...document.querySelectorAll("#svg text")].map(e => [e.textContent, e.getBoundingClientRect()]);
		return boxes.flatMap(([a, p], i) => boxes.slice(i + 1).filter(([, q]) =>
			Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1 && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 4).map(([b]) => a + " / " + b));
	})()`
	if labels := eval[[]string](b, overlapping); len(labels) > 0 {
		b.Errorf("at %d labels overlap: %q", width, labels)
	}
	const cut = `(() => {
		const all = document.getElementById("svg").getBoundingClientRect();
		return [...document.querySelectorAll("#svg text")].filter(e => {
			const box = e.getBoundingClientRect();
			return box.left < all.left - 1 || box.right > all.right + 1 || box.top < all.top - 1 || box.bottom > all.bottom + 1;
		}).map(e => e.textContent);
	})()`
	if labels := eval[[]string](b, cut); len(labels) > 0 {
		b.Errorf("at %d labels are cut: %q", width, labels)
	}
	const broken = `[...document.querySelectorAll("#tables section:not(:first-child) thead th, #tables section:first-child tbody th")].filter(e => {
		const words = document.createRange();
		words.selectNodeContents(e);
		return words.getClientRects().length > e.textContent.split(/[ -]/).length;
	}).map(e => e.textContent)`
	if words := eval[[]string](b, broken); len(words) > 0 {
		b.Errorf("at %d words of a table are broken: %q", width, words)
	}
}

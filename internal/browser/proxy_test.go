package browser

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
)

// The live page of a proxy tells all of it, and draws its connections as rows.
func TestProxy(t *testing.T) {
	browser(t)
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
			go func() {
				defer conn.Close()
				io.Copy(conn, conn)
			}()
		}
	}()
	relaying := bpcopy(t, t.TempDir(), "proxy", "-q", "-N", "shop", "--serve", "--connections", "2", "tcp-listen://:0", "tcp://"+upstream.Addr().String())
	relaying.Stderr = nil
	stderr, err := relaying.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := relaying.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stderr)
	told := func(prefix string) string {
		lines.Scan()
		rest, ok := strings.CutPrefix(lines.Text(), prefix)
		if !ok {
			t.Fatalf("bpcopy says %q; want %q", lines.Text(), prefix)
		}
		return rest
	}
	b := open(t, told("bpcopy: watch "), 1000)
	address := told("bpcopy: listening on tcp://")
	const labels = `[...document.querySelectorAll("#svg .label")].map(e => e.textContent).join()`
	if got := eval[string](b, labels); got != "all connections down,all connections up" {
		t.Errorf("before there is a connection, the picture has rows for %s", got)
	}
	const bytes = `[...document.querySelectorAll('tr[data-field="bytes"] td')].map(c => c.textContent.split(" ")[0]).join()`
	const rows = `[...document.querySelectorAll("#tables section:last-child tbody th")].map(c => c.textContent).join()`
	var wantRows []string
	for n, want := range []string{"200000,100000,100000", "400000,200000,200000"} {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		go conn.Write(make([]byte, 100_000))
		if _, err := io.ReadFull(conn, make([]byte, 100_000)); err != nil {
			t.Fatal(err)
		}
		b.until(bytes + ` === "` + want + `"`)
		wantRows = append(wantRows, fmt.Sprintf("connection %d down,connection %[1]d up", n+1))
		if got := eval[string](b, rows); got != strings.Join(wantRows, ",") {
			t.Errorf("with %d connections the table has rows for %s", n+1, got)
		}
		conn.(*net.TCPConn).CloseWrite()
	}
	b.until(`document.getElementById("status").className === "over"`)
	if got := eval[string](b, `[...document.querySelectorAll("#verdicts h2")].map(h => h.textContent).join()`); got != "shop,down,up" {
		t.Errorf("the page tells of %s", got)
	}
	if n := eval[int](b, `document.querySelectorAll("#verdicts .bad").length`); n != 0 {
		t.Errorf("%d runs are shown as failed", n)
	}
	if got := eval[string](b, `document.getElementById("legend").textContent`); !strings.HasPrefix(got, "downup") {
		t.Errorf("the legend is %q; want the directions", got)
	}
	if got := eval[string](b, labels); got != "all connections down,all connections up,"+strings.Join(wantRows, ",") {
		t.Errorf("the picture has rows for %s", got)
	}
	if got := eval[int](b, `[...document.querySelectorAll("#svg path")].filter(p => /NaN|Infinity/.test(p.getAttribute("d"))).length`); got != 0 {
		t.Errorf("%d paths lead nowhere", got)
	}
	if err := relaying.Wait(); err != nil {
		t.Errorf("bpcopy ends with %v", err)
	}
}

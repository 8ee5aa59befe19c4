package integration

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// webServer serves the folder "files" of a body, and what goes wrong with others.
func webServer(t *testing.T, content []byte) (url string, asked <-chan string) {
	t.Helper()
	release, paths := make(chan struct{}), make(chan string, 100)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		paths <- r.URL.Path
		switch r.URL.Path {
		case "/files/disk.img":
			w.Header().Set("Content-Length", fmt.Sprint(len(content)))
			w.Write(content)
		case "/chunked":
			w.Write(content[:len(content)/2])
			w.(http.Flusher).Flush()
			w.Write(content[len(content)/2:])
		case "/truncated":
			w.Header().Set("Content-Length", fmt.Sprint(len(content)+1))
			w.Write(content)
		case "/headers":
			io.WriteString(w, r.Header.Get("X-A")+r.Header.Get("X-B"))
		case "/silent":
			<-release
		case "/stuck":
			w.Header().Set("Content-Length", "10")
			w.(http.Flusher).Flush()
			<-release
		case "/endless":
			for {
				if _, err := w.Write(content); err != nil {
					paths <- "gone"
					return
				}
			}
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(s.Close)
	t.Cleanup(func() { close(release) }) // before the server waits for its handlers
	return s.URL, paths
}

func TestHTTPSource(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789abcdef"), 64<<10)
	url, asked := webServer(t, content)
	dir := folder(t, map[string]string{"old": "old"})
	run := func(status int, message string, args ...string) {
		t.Helper()
		p := bpcopy(t, append([]string{"-q"}, args...)...)
		p.Dir = dir
		p.want(status, message)
	}
	is := func(want string) map[string]string { return map[string]string{"old": "old", "disk.img": want} }

	// A folder takes the last name of the path; Content-Length is the size.
	run(0, "", "--expect=source.size = 1MiB", "--expect=conduit = memory", "--expect=source.name = disk.img", url+"/files/disk.img", ".")
	wantFolder(t, dir, is(string(content)))
	run(0, "", "--expect=source.size = null", url+"/chunked", "disk.img")
	wantFolder(t, dir, is(string(content)))
	run(0, "", "--header=X-A: 1", "--header", "x-b:2", url+"/headers", "disk.img")
	wantFolder(t, dir, is("12"))

	// It is a stream like others: marks count, and a stop is a stop.
	run(0, "", "-H64K", "-c64K", "--read-ahead=64K", "--rate=64MiB/s", "--expect=pauses >= 1", "--expect=peak_length < 128KiB", "--expect=bytes = 1MiB", url+"/files/disk.img", "/dev/null")
	run(0, "", "-S5", "--expect=bytes = 5B", url+"/endless", "disk.img")
	wantFolder(t, dir, is("01234"))
	for path := range asked {
		if path == "gone" { // the server heard of the stop
			break
		}
	}

	// What fails leaves the old destination.
	for path, want := range map[string]string{
		"/missing":   `get source "%s": 404 Not Found`,
		"/truncated": `read source "%s": ended after 1048576 of 1048577 bytes`,
	} {
		run(1, fmt.Sprintf(want, url+path), url+path, "old")
		run(1, fmt.Sprintf(want, url+path), url+path, "new")
	}
	run(4, fmt.Sprintf(`get source %q: no response within 50ms`, url+"/silent"), "--idle-timeout=50ms", url+"/silent", "new")
	run(4, fmt.Sprintf(`read source %q: no byte moved for 50ms`, url+"/stuck"), "--idle-timeout=50ms", url+"/stuck", "new")
	run(1, fmt.Sprintf(`conduit kernel: source %q is a response over HTTP`, url+"/files/disk.img"), "--conduit=kernel", url+"/files/disk.img", "new")
	wantFolder(t, dir, is("01234"))

	// Usage.
	run(2, fmt.Sprintf("destination %q: want a path or a socket, HTTP is for a source only", url+"/x"), "old", url+"/x")
	run(2, `--header: want http:// or https:// as the source, not "old"`, "--header=a:b", "old", "new")
	run(2, `--header "a": want NAME:VALUE`, "--header=a", url+"/headers", "new")
	wantFolder(t, dir, is("01234"))
}

// TestHTTPInterrupted: a signal ends the wait for a response, and for its body.
func TestHTTPInterrupted(t *testing.T) {
	url, asked := webServer(t, nil)
	for _, path := range []string{"/silent", "/stuck"} {
		dir := folder(t, map[string]string{"dst": "old"})
		p := bpcopy(t, "-q", url+path, "dst")
		p.Dir = dir
		p.start()
		<-asked
		p.Process.Signal(syscall.SIGTERM)
		p.want(143, "interrupted by SIGTERM")
		wantFolder(t, dir, map[string]string{"dst": "old"})
	}
}

// TestHTTPWithNode copies what a stream of Node sends, with its end in chunks.
func TestHTTPWithNode(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("no node here")
	}
	content := strings.Repeat("0123456789abcdef", 256<<10)
	dir := folder(t, map[string]string{"big": content})
	node := command(t, "node", "-e", `
		const {createServer} = require('http'), {createReadStream} = require('fs');
		createServer((request, response) => createReadStream('big').pipe(response))
			.listen(0, '127.0.0.1', function () { console.error('port ' + this.address().port) })`)
	node.Dir = dir
	node.start()
	port := node.await(`port (\d+)`)
	p := bpcopy(t, "-q", "--expect=source.size = null", "--consumer=stall for 50ms; unlimited", "http://127.0.0.1:"+port+"/copy?rcvbuf=16KiB", ".")
	p.Dir = dir
	p.want(0, "")
	node.Process.Kill()
	node.Wait()
	wantFolder(t, dir, map[string]string{"big": content, "copy": content})
}

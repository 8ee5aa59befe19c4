package endpoint

import (
	"errors"
	"os"
	"runtime"
	"testing"
)

// What is almost a URL is refused, with the URL in the hint.
func TestNearMiss(t *testing.T) {
	t.Chdir(t.TempDir())
	connect := func(url string) string { return `to connect, write "` + url + `"` }
	accept := func(url string) string { return `to accept a connection, write "` + url + `"` }
	for s, want := range map[string]string{
		"localhost:9000":       connect("tcp://localhost:9000"),
		"localhost:http":       connect("tcp://localhost:http"),
		"a.example:https":      connect("tcp://a.example:https"),
		"[::1]:http":           connect("tcp://[::1]:http"),
		"tcp:localhost:http":   connect("tcp://localhost:http"),
		"tcp:db1:http":         connect("tcp://db1:http"),
		"db1:5432":             connect("tcp://db1:5432"),
		"example.com.:443":     connect("tcp://example.com.:443"),
		"1.2.3.4:80":           connect("tcp://1.2.3.4:80"),
		"[::1]:80":             connect("tcp://[::1]:80"),
		"[fe80::1%eth0]:80":    connect("tcp://[fe80::1%eth0]:80"),
		"::1:80":               connect("tcp://[::1]:80"),
		"tcp:1.2.3.4:9":        connect("tcp://1.2.3.4:9"),
		"tcp:/host:9":          connect("tcp://host:9"),
		"tcp//host:9":          connect("tcp://host:9"),
		"Tcp:host:9":           connect("tcp://host:9"),
		"TCP://host:9":         connect("tcp://host:9"),
		"tcp:9":                connect("tcp://localhost:9"),
		"UNIX://path":          connect("unix://path"),
		"unix:/path":           connect("unix:///path"),
		"unix:path":            connect("unix://path"),
		":9000":                accept("tcp-listen://:9000"),
		"tcp-listen:9000":      accept("tcp-listen://:9000"),
		"tcp-listen::9000":     accept("tcp-listen://:9000"),
		"tcp-listen:0":         accept("tcp-listen://:0"),
		"tcp-listen:0.0.0.0:9": accept("tcp-listen://0.0.0.0:9"),
		"unix-listen:path":     accept("unix-listen://path"),
		"file:///a%20b":        `a file is written as its path, "/a b"`,
		"file:/x":              `a file is written as its path, "/x"`,
		"http:x":               "a URL is one of " + urlForms,
		"https:/x":             "a URL is one of " + urlForms,
		"--":                   `standard input and output are written "-"`,
		"\u2013":               `standard input and output are written "-"`,
	} {
		_, err := ParseOperand(s)
		if usage, ok := errors.AsType[*UsageError](err); !ok || usage.Hint() != want+"; "+asFile(s) {
			t.Errorf("ParseOperand(%q) = %v, hint %q; want %q", s, err, hintOf(err), want)
		}
	}
}

// Names that only have something of an address are those of files.
func TestNoNearMiss(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, s := range []string{
		"photo:1.jpg", "photo:http", "localhost:nosuchservice", "a.example:path", "a:b", "12:30", "10.0.0:80", `C:\x`, "C:80", "host:path", "host:0", "host:080", "host:65536", "host:9 ",
		"a host:9", "-host:9", "host.:x", "host..:9", "..:9", "./localhost:9000", "/localhost:9000", "d/localhost:9000", "tcp:", "tcp", "tcp:dump.txt",
		"unix:", "unixoid:1.txt", "tcpdump:x", "file:x", "httpd:x", "2026-01-31T23:59", "log-12:30", "[x]:9", "[1.2.3.4]:9", "---x",
	} {
		if o, err := ParseOperand(s); err != nil || o.Scheme() != Path {
			t.Errorf("ParseOperand(%q) = %v, %v; want a path", s, o, err)
		}
	}
}

// What is there is meant, and so is a folder.
func TestNearMissIsThere(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a colon is no part of a name there")
	}
	t.Chdir(t.TempDir())
	if err := errors.Join(os.WriteFile("localhost:9000", nil, 0o600), os.Symlink("missing", "unix:link"), os.Mkdir("tcp", 0o700)); err != nil {
		t.Skip(err) // not a name everywhere
	}
	for _, s := range []string{"localhost:9000", "unix:link", "tcp//host:9"} {
		if o, err := ParseOperand(s); err != nil || o.Scheme() != Path {
			t.Errorf("ParseOperand(%q) = %v, %v; want a path", s, o, err)
		}
	}
}

// A service is a number by another name.
func TestServiceNames(t *testing.T) {
	for s, want := range map[string]string{
		"tcp://localhost:http": "localhost:80", "tcp://[::1]:https": "[::1]:443", "tcp-listen://:http": "127.0.0.1:80",
	} {
		if o, err := ParseOperand(s); err != nil || o.address != want || o.String() != s {
			t.Errorf("ParseOperand(%q) = %v at %q, %v; want %q", s, o, o.address, err, want)
		}
	}
	for _, s := range []string{"tcp://h:nosuchservice", "tcp://h:", "tcp://h:+80", "tcp://h:0x50", "tcp://h:http ", "tcp-listen://:8O"} {
		if o, err := ParseOperand(s); err == nil {
			t.Errorf("ParseOperand(%q) = %v; want an error", s, o)
		}
	}
}

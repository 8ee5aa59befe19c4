package endpoint

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestParseOperand(t *testing.T) {
	tests := []struct {
		in      string
		scheme  Scheme
		address string
		name    string
	}{
		{"x", Path, "x", "x"},
		{"a/b.img", Path, "a/b.img", "b.img"},
		{"./-", Path, "./-", "-"},
		{"./foo://x", Path, "./foo://x", "x"},
		{"a b://x", Path, "a b://x", "x"},
		{"C://x", Path, "C://x", "x"},
		{"./tcp:host:80", Path, "./tcp:host:80", "tcp:host:80"},
		{"tcp://h:http", TCP, "h:80", "h:80"},
		{"tcp://host:80", TCP, "host:80", "host:80"},
		{"tcp://[::1]:80", TCP, "[::1]:80", "[::1]:80"},
		{"tcp://h:65535", TCP, "h:65535", "h:65535"},
		{"tcp://h:0080", TCP, "h:80", "h:80"},
		{"tcp-listen://:0", TCPListen, "127.0.0.1:0", "127.0.0.1:0"},
		{"tcp-listen://[::]:9", TCPListen, "[::]:9", "[::]:9"},
		{"unix:///run/a.sock", Unix, "/run/a.sock", "a.sock"},
		{"unix://@a", Unix, "./@a", "@a"},
		{"unix-listen://a", UnixListen, "a", "a"},
		{"unix://" + strings.Repeat("a", maxSocketPath), Unix, strings.Repeat("a", maxSocketPath), strings.Repeat("a", maxSocketPath)},
	}
	for _, test := range tests {
		o, err := ParseOperand(test.in)
		if err != nil || o.Scheme() != test.scheme || o.address != test.address || o.String() != test.in {
			t.Errorf("ParseOperand(%q) = %v %q %q, %v; want %v %q %q, nil",
				test.in, o.Scheme(), o.address, o.String(), err, test.scheme, test.address, test.in)
		}
		if name := o.Name(); name != test.name {
			t.Errorf("ParseOperand(%q).name() = %q; want %q", test.in, name, test.name)
		}
	}
	if o, err := ParseOperand("-"); err != nil || o.Scheme() != Stdio || o.String() != "-" {
		t.Errorf(`ParseOperand("-") = %v %q, %v; want %v "-", nil`, o.Scheme(), o.String(), err, Stdio)
	}
}

func TestParseOperandErrors(t *testing.T) {
	const ipv6 = "an IPv6 address is written in brackets, as in tcp://[::1]:9000"
	tests := []struct{ in, want, hint string }{
		{"", `operand "": is empty`, `want a path, "-" or a URL: ` + urlForms},
		{"a\x00b", `operand "a\x00b": has a NUL byte`, ""},
		{"foo://x", `operand "foo://x": unknown scheme "foo", want one of ` + urlForms, `a file of that name is written "./foo://x"`},
		{"TCP://h:1", `operand "TCP://h:1": unknown scheme "TCP", want one of ` + urlForms, `to connect, write "tcp://h:1"; a file of that name is written "./TCP://h:1"`},
		{"tcp://", `operand "tcp://": want tcp://HOST:PORT`, ""},
		{"tcp://host", `operand "tcp://host": want tcp://HOST:PORT`, ""},
		{"tcp://:80", `operand "tcp://:80": no host, want tcp://HOST:PORT`, ""},
		{"tcp://h:", `operand "tcp://h:": bad port "", want a number from 1 to 65535`, ""},
		{"tcp://h:0", `operand "tcp://h:0": bad port "0", want a number from 1 to 65535`, ""},
		{"tcp://h:65536", `operand "tcp://h:65536": bad port "65536", want a number from 1 to 65535`, ""},
		{"tcp://h:x", `operand "tcp://h:x": bad port "x", want a number from 1 to 65535 or the name of a service, such as "http"`, ""},
		{"tcp://h:+1", `operand "tcp://h:+1": bad port "+1", want a number from 1 to 65535`, ""},
		{"tcp://h:80/x", `operand "tcp://h:80/x": bad port "80/x", want a number from 1 to 65535`, ""},
		{"tcp://u@h:80", `operand "tcp://u@h:80": bad host "u@h", want tcp://HOST:PORT`, ""},
		{"tcp://::1:80", `operand "tcp://::1:80": want tcp://HOST:PORT`, ipv6},
		{"tcp-listen://::1", `operand "tcp-listen://::1": want tcp-listen://[HOST]:PORT`, ipv6},
		{"tcp-listen://9", `operand "tcp-listen://9": want tcp-listen://[HOST]:PORT`, ""},
		{"tcp-listen://:-1", `operand "tcp-listen://:-1": bad port "-1", want a number from 0 to 65535`, ""},
		{"unix://", `operand "unix://": no path, want unix://PATH or unix-listen://PATH`, ""},
		{"unix-listen://", `operand "unix-listen://": no path, want unix://PATH or unix-listen://PATH`, ""},
		{"unix://" + strings.Repeat("a", maxSocketPath+1), fmt.Sprintf(`operand "unix://%s": path has %d bytes, a socket's may have %d`,
			strings.Repeat("a", maxSocketPath+1), maxSocketPath+1, maxSocketPath), "a relative path can be shorter"},
	}
	for _, test := range tests {
		_, err := ParseOperand(test.in)
		usage, ok := errors.AsType[*UsageError](err)
		if !ok || usage.Error() != test.want || usage.Hint() != test.hint {
			t.Errorf("ParseOperand(%q) = %v (hint %q); want usage error %v (hint %q)", test.in, err, hintOf(err), test.want, test.hint)
		}
	}
}

func hintOf(err error) string {
	if h, ok := errors.AsType[interface {
		error
		Hint() string
	}](err); ok {
		return h.Hint()
	}
	return ""
}

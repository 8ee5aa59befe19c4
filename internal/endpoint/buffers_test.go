//go:build unix

package endpoint

import "testing"

func TestParseBuffers(t *testing.T) {
	tests := []struct {
		in      string
		address string
		want    Buffers
	}{
		{"tcp://h:80?rcvbuf=64KiB", "h:80", Buffers{Receive: 64 << 10}},
		{"tcp://[::1]:80?sndbuf=1&rcvbuf=1GiB", "[::1]:80", Buffers{Receive: 1 << 30, Send: 1}},
		{"tcp-listen://:9?sndbuf=4k", "127.0.0.1:9", Buffers{Send: 4096}},
		{"tcp://h:80?", "h:80", Buffers{}},
		{"unix:///run/a?sndbuf=1MB", "/run/a", Buffers{Send: 1e6}},
		{"unix://a?b?rcvbuf=1k", "a?b", Buffers{Receive: 1024}},
		{"unix-listen://a?rcvbuf=1k?", "a?rcvbuf=1k", Buffers{}},
	}
	for _, test := range tests {
		o, err := ParseOperand(test.in)
		if err != nil || o.address != test.address || o.Buffers() != test.want || o.String() != test.in {
			t.Errorf("ParseOperand(%q) = %q %+v %q, %v; want %q %+v, nil", test.in, o.address, o.Buffers(), o, err, test.address, test.want)
		}
	}
}

func TestParseBuffersErrors(t *testing.T) {
	const (
		unknown = ", want rcvbuf=SIZE or sndbuf=SIZE"
		pathHas = `a path that has a "?" is written with another "?" at its end`
		units   = " is none of K, KiB, kB, M, MiB, MB, G, GiB, GB, T, TiB, TB, B; want a size such as 64KiB or 1.5MiB"
	)
	tests := []struct{ in, want, hint string }{
		{"tcp://h:1?rcvbuff=1k", `unknown parameter "rcvbuff"` + unknown, ""},
		{"tcp://h:1?RCVBUF=1k", `unknown parameter "RCVBUF"` + unknown, ""},
		{"tcp://h:1?rcvbuf=1k&", `unknown parameter ""` + unknown, ""},
		{"unix://a?b", `unknown parameter "b"` + unknown, pathHas},
		{"tcp-listen://:0?rcvbuf=1k&rcvbuf=1k", "a second rcvbuf, want one", ""},
		{"tcp://h:1?rcvbuf=0", `bad rcvbuf "0": must not be zero; want a size such as 64KiB or 1.5MiB`, ""},
		{"tcp://h:1?sndbuf=-1", `bad sndbuf "-1": must not be negative; want a size such as 64KiB or 1.5MiB`, ""},
		{"unix-listen://a?sndbuf=1x", `bad sndbuf "1x": unit "x"` + units, ""},
		{"tcp://h:1?sndbuf=2GiB", `bad sndbuf "2GiB": want at most 1GiB`, ""},
		{"tcp://h?rcvbuf=1k", "want tcp://HOST:PORT", ""},
	}
	for _, test := range tests {
		_, err := ParseOperand(test.in)
		wantError(t, "ParseOperand("+test.in+")", err, `operand "`+test.in+`": `+test.want, test.hint)
		if _, ok := err.(*UsageError); !ok {
			t.Errorf("ParseOperand(%q) is a %T; want a usage error", test.in, err)
		}
	}
}

func TestBuffersOr(t *testing.T) {
	tests := []struct{ own, others, want Buffers }{
		{Buffers{}, Buffers{1, 2}, Buffers{1, 2}},
		{Buffers{3, 0}, Buffers{1, 2}, Buffers{3, 2}},
		{Buffers{0, 3}, Buffers{1, 2}, Buffers{1, 3}},
		{Buffers{3, 4}, Buffers{1, 2}, Buffers{3, 4}},
	}
	for _, test := range tests {
		if got := test.own.Or(test.others); got != test.want {
			t.Errorf("%+v.Or(%+v) = %+v; want %+v", test.own, test.others, got, test.want)
		}
	}
}

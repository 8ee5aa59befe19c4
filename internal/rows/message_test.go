package rows

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestDecode(t *testing.T) {
	tests := map[string]struct {
		sent message
		want message
	}{
		"a row with colours":   {message{Row: &row{PID: 1, Line: "a \x1b[33mb\x1b[m"}}, message{Row: &row{PID: 1, Line: "a \x1b[33mb\x1b[m"}}},
		"a row that steers":    {message{Row: &row{PID: 1, Line: "\x1b[2Ja\nb\r\x1b]0;x\a"}}, message{Row: &row{PID: 1, Line: `\u001b[2Ja\u000ab\u000d\u001b]0;x\u0007`}}},
		"a row that is cut":    {message{Row: &row{PID: 1, Line: "\x1b[ma\x1b[3"}}, message{Row: &row{PID: 1, Line: "\x1b[ma\\u001b[3"}}},
		"text that steers":     {message{Above: "a\x1b[1mb\nc"}, message{Above: "a\\u001b[1mb\nc\n"}},
		"a note that steers":   {message{Note: &note{1, 1, "\x1b[A"}}, message{Note: &note{1, 1, "\\u001b[A\n"}}},
		"a will that steers":   {message{Will: &will{Kept: board{Rows: []row{{PID: 1, Line: "\b"}}, Notes: []note{{1, 1, "\b"}}}}}, message{Will: &will{Kept: board{Rows: []row{{PID: 1, Line: `\u0008`}}, Notes: []note{{1, 1, "\\u0008\n"}}}}}},
		"what is none of ours": {message{}, message{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			datagram, err := test.sent.encode()
			if err != nil {
				t.Fatal(err)
			}
			m, err := decode(datagram)
			if err != nil {
				t.Fatal(err)
			}
			got, _ := json.Marshal(m)
			want, _ := json.Marshal(test.want)
			if string(got) != string(want) {
				t.Errorf("decode(%s) =\n%s; want\n%s", datagram, got, want)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, datagram := range []string{
		"", "x", "[]", `{"Row":{"PID":0,"Line":"a"}}`, `{"Row":{"PID":-1}}`, `{"Row":7}`,
		`{"Row":{"PID":1,"Line":"` + strings.Repeat("a", maxLine+1) + `"}}`,
	} {
		if m, err := decode([]byte(datagram)); err == nil {
			t.Errorf("decode(%.40q) = %+v; want an error", datagram, m)
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	if _, err := (message{Above: strings.Repeat("a", maxMessage)}).encode(); err != errTooLong {
		t.Errorf("encode of too much fails with %v; want %v", err, errTooLong)
	}
}

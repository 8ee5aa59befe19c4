package throttle

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"bpcopy/internal/units"
)

func parse(text string) (Script, error) {
	return Parse(text, units.ParseSize, units.ParseRate)
}

func mustParse(t *testing.T, text string) Script {
	t.Helper()
	s, err := parse(text)
	if err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	return s
}

func TestParse(t *testing.T) {
	tests := []struct{ text, want string }{
		{"10MiB/s for 2s; stall for 1.5s; 512KiB/s for 4MiB; unlimited", ""},
		{"1MiB/s", ""},
		{"stall", ""},
		{"close", ""},
		{"latency 5ms jitter 5ms", ""},
		{"delay 100ms", ""},
		{"delay 100ms jitter 100ms for 1MiB; repeat", ""},
		{"slice 1k + delay 1m jitter 1s + 1MiB/s + latency 2s jitter 1s for 2m; stall", "1MiB/s + latency 2s jitter 1s + delay 1m jitter 1s + slice 1k for 2m; stall"},
		{"64KiB/s + latency 1h + slice 10B for 90s; repeat", "64KiB/s + latency 1h + slice 10B for 1m30s; repeat"},
		{"slice 4KiB+latency 5ms  +1MiB", "1MiB + latency 5ms + slice 4KiB"},
		{"unlimited + slice 1k", "slice 1k"},
		{"stall for 2m;stall for 2h;unlimited for 2M;fail ENOSPC;", "stall for 2m; stall for 2h; unlimited for 2M; fail ENOSPC"},
		{"unlimited for 100B; close", ""},
		{"\n# slow\n\t1MiB/s for 1s # a second\r\n\r\n stall for 1s;\nrepeat;\n\n#end", "1MiB/s for 1s; stall for 1s; repeat"},
		{"stall for 876000h; unlimited", ""},
	}
	for _, tt := range tests {
		want := tt.want
		if want == "" {
			want = tt.text
		}
		s := mustParse(t, tt.text)
		if got := s.String(); got != want {
			t.Errorf("Parse(%q) = %q; want %q", tt.text, got, want)
		}
		if again := mustParse(t, s.String()); !reflect.DeepEqual(again, s) {
			t.Errorf("Parse(%q) = %+v; want %+v", s, again, s)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	const (
		action = "want a rate such as 1MiB/s, unlimited, stall, latency, delay, slice, close or fail, got "
		units  = " is none of K, KiB, kB, M, MiB, MB, G, GiB, GB, T, TiB, TB, B; want a "
		last   = ": only the last step goes on to the end"
	)
	tests := []struct{ text, want string }{
		{"", `column 1: ` + action + `the end of the script`},
		{"  # nothing", `column 12: ` + action + `the end of the script`},
		{"fast", `column 1: ` + action + `"fast"`},
		{"; stall", `column 1: ` + action + `";"`},
		{"stall for 1s;; stall", `column 14: ` + action + `";"`},
		{"stall for 1s\n; stall", `line 2, column 1: ` + action + `";"`},
		{"1MiB/s +", `column 9: ` + action + `the end of the script`},
		{"1MiB/s +\n stall", `line 1, column 9: ` + action + `the end of the line`},
		{"1QiB/s", `column 1: "1QiB/s": unit "QiB"` + units + `rate such as 1MiB/s or 500kB/s`},
		{"0B/s", `column 1: "0B/s": must not be zero; want a rate such as 1MiB/s or 500kB/s`},
		{"-1MiB/s", `column 1: "-1MiB/s": must not be negative; want a rate such as 1MiB/s or 500kB/s`},

		{"stall + 1MiB/s", `column 9: "stall" joined with another action: want it alone in its step`},
		{"1MiB/s + stall", `column 10: "stall" joined with another action: want it alone in its step`},
		{"1MiB/s + close", `column 10: "close" joined with another action: want it alone in its step`},
		{"fail EIO + close", `column 12: "close" joined with another action: want it alone in its step`},
		{"1MiB/s + 2MiB/s", `column 10: a second rate: want one in a step`},
		{"1MiB/s + unlimited", `column 10: a second rate: want one in a step`},
		{"latency 1s + latency 2s", `column 14: a second latency: want one in a step`},
		{"slice 1B + slice 2B", `column 12: a second slice: want one in a step`},
		{"1MiB/s latency 5ms", `column 8: want "+", "for" or ";" after "1MiB/s", got "latency"`},
		{"stall 5s", `column 7: want "for" or ";" after "stall", got "5s"`},

		{"latency", `column 8: want a time such as 5ms after "latency", got the end of the script`},
		{"latency 5", `column 9: want a time such as 5ms after "latency", got "5"`},
		{"latency 0s", `column 9: want a time such as 5ms after "latency", above zero, got "0s"`},
		{"latency -5ms", `column 9: want a time such as 5ms after "latency", above zero, got "-5ms"`},
		{"latency 5ms jitter x", `column 20: want a time such as 1ms after "jitter", got "x"`},
		{"latency 5ms jitter 6ms", `column 20: want a jitter of at most the latency, got "6ms"`},
		{"latency 1000000h", `column 9: want a time such as 5ms after "latency", up to 876000h, got "1000000h"`},
		{"delay", `column 6: want a time such as 100ms after "delay", got the end of the script`},
		{"delay 100", `column 7: want a time such as 100ms after "delay", got "100"`},
		{"delay 0s", `column 7: want a time such as 100ms after "delay", above zero, got "0s"`},
		{"delay 1MiB", `column 7: want a time such as 100ms after "delay", got "1MiB"`},
		{"delay 1s jitter", `column 16: want a time such as 1ms after "jitter", got the end of the script`},
		{"delay 5ms jitter 6ms", `column 18: want a jitter of at most the delay, got "6ms"`},
		{"delay 1s + delay 2s", `column 12: a second delay: want one in a step`},
		{"stall + delay 2s", `column 9: "stall" joined with another action: want it alone in its step`},
		{"slice", `column 6: want a size such as 4KiB after "slice", got the end of the script`},
		{"slice 3", `column 7: "3": no unit: want a size such as 3B`},
		{"1MiB/s for 3; stall", `column 12: "3": no unit: want a time such as 3s or a size such as 3B`},
		{"1MiB/s for 1.5\nstall", `line 1, column 12: "1.5": no unit: want a time such as 1.5s or a size such as 1.5KiB`},
		{"stall for 3; stall", `column 11: want a time such as 2s after "for", got "3": a stall lets no bytes through`},
		{"slice 0B", `column 7: "0B": must not be zero; want a size such as 64KiB or 1.5MiB`},
		{"slice 1x", `column 7: "1x": unit "x"` + units + `size such as 64KiB or 1.5MiB`},

		{"stall for", `column 10: want a time such as 2s or a size such as 4MiB after "for", got the end of the script`},
		{"stall for; stall", `column 10: want a time such as 2s or a size such as 4MiB after "for", got ";"`},
		{"stall for 0s; stall", `column 11: want a time such as 2s after "for", above zero, got "0s"`},
		{"stall for 4MiB; stall", `column 11: want a time such as 2s after "for", got "4MiB": a stall lets no bytes through`},
		{"1MiB/s for 2y; stall", `column 12: "2y": neither a time such as 2s nor a size: unit "y"` + units + `size such as 64KiB or 1.5MiB`},
		{"1MiB/s for 0KiB; stall", `column 12: "0KiB": neither a time such as 2s nor a size: must not be zero; want a size such as 64KiB or 1.5MiB`},
		{"1MiB/s for 2s for 2s", `column 15: want ";" after "1MiB/s for 2s", got "for"`},
		{"1MiB/s for 2s repeat", `column 15: want ";" after "1MiB/s for 2s", got "repeat"`},
		{"close for 2s", `column 7: want nothing after "close", got "for"`},
		{"close; stall", `column 8: want nothing after "close", got "stall"`},
		{"fail EIO; repeat", `column 11: want nothing after "fail EIO", got "repeat"`},
		{"fail", `column 5: want the name of an error such as EIO, ENOSPC, ECONNRESET or EPIPE after "fail", got the end of the script`},
		{"fail eio", `column 6: want the name of an error such as EIO, ENOSPC, ECONNRESET or EPIPE after "fail", got "eio"`},

		{"1MiB/s; stall", `column 7: want "for" and a time or a size, got ";"` + last},
		{"1MiB/s\nstall", `line 1, column 7: want "for" and a time or a size, got the end of the line` + last},
		{"1MiB/s; repeat", `column 7: want "for" and a time or a size, got ";"` + last},
		{"1MiB/s for 2s", `column 14: want another step or "repeat", got the end of the script`},
		{"1MiB/s for 2s;\n", `column 14: want another step or "repeat", got the end of the script`},
		{"repeat", `column 1: want a step before "repeat"`},
		{"stall for 1s; repeat; stall", `column 23: want nothing after "repeat", got "stall"`},
		{"stall for 1s; repeat for 2s", `column 22: want nothing after "repeat", got "for"`},
		{"# µs\nlatency 5µs + µ", `line 2, column 15: ` + action + `"µ"`},
	}
	for _, tt := range tests {
		s, err := parse(tt.text)
		if err == nil {
			t.Errorf("Parse(%q) = %q; want error %s", tt.text, s, tt.want)
		} else if err.Error() != tt.want {
			t.Errorf("Parse(%q):\n got %s\nwant %s", tt.text, err, tt.want)
		}
		if _, ok := errors.AsType[*ScriptError](err); !ok {
			t.Errorf("Parse(%q): error is a %T; want a *ScriptError", tt.text, err)
		}
	}
}

// TestParseDistrustsItsFunctions has one of them return what no script can use.
func TestParseDistrustsItsFunctions(t *testing.T) {
	zero := func(string) (int64, error) { return 0, nil }
	for text, want := range map[string]string{
		"1":                   `column 1: want a rate such as 1MiB/s, above zero, got "1"`,
		"slice 1B":            `column 7: want a size such as 4KiB after "slice", above zero, got "1B"`,
		"unlimited for 1B; 1": `column 15: want a time such as 2s or a size such as 4MiB after "for", above zero, got "1B"`,
	} {
		if _, err := Parse(text, zero, zero); err == nil || err.Error() != want {
			t.Errorf("Parse(%q) = %v; want %s", text, err, want)
		}
	}
}

func TestAtRateParses(t *testing.T) {
	s := AtRate(1500)
	if got := mustParse(t, s.String()); !reflect.DeepEqual(got, s) {
		t.Errorf("Parse(%q) = %+v; want %+v", s, got, s)
	}
}

func TestZeroScript(t *testing.T) {
	var s Script
	if !s.IsZero() || s.Jitters() || s.String() != "unlimited" {
		t.Errorf("Script{}: %v, %v, %q; want true, false, unlimited", s.IsZero(), s.Jitters(), s)
	}
	if s := mustParse(t, "unlimited"); s.IsZero() {
		t.Error("IsZero of a script that was given = true")
	}
	if s := mustParse(t, "stall for 1s; latency 2s jitter 1s"); !s.Jitters() {
		t.Errorf("Jitters of %q = false", s)
	}
}

func TestDelays(t *testing.T) {
	for text, want := range map[string][2]bool{ // Delays, Jitters
		"latency 1s jitter 1s":              {false, true},
		"stall for 1s; delay 1s":            {true, false},
		"delay 1s jitter 1ns for 1B; stall": {true, true},
		"unlimited":                         {false, false},
	} {
		if s := mustParse(t, text); s.Delays() != want[0] || s.Jitters() != want[1] {
			t.Errorf("%q: Delays() = %v, Jitters() = %v; want %v", text, s.Delays(), s.Jitters(), want)
		}
	}
	if (Script{}).Delays() {
		t.Error("Script{}.Delays() = true")
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"10MiB/s for 2s; stall for 1.5s; 512KiB/s for 4MiB; unlimited", "latency 5ms jitter 1ms + slice 1k for 1h; repeat",
		"delay 1s jitter 1ms + 1MiB/s for 2s; delay 5ms for 1KiB; repeat", "fail EIO # x", "\n;+\r#", "1MiB/s for -1s", "close;\n\n", "µ\xff for", "latency 1m0.000000001s",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parse(text)
		if err != nil {
			bad, ok := errors.AsType[*ScriptError](err)
			if !ok || bad.Column < 1 || bad.Line < 0 || bad.Line > 1+strings.Count(text, "\n") {
				t.Errorf("Parse(%q): %#v; want a position within", text, err)
			}
			return
		}
		again, err := parse(s.String())
		if err != nil || !reflect.DeepEqual(again, s) {
			t.Errorf("Parse(%q) = %+v, %v; want %+v", s, again, err, s)
		}
	})
}

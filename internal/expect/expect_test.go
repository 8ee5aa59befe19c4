package expect

import (
	"strings"
	"testing"
)

// slow is what a copy came to.
const slow = `{"source":{"name":"my disk.img","size":null},
	"destinations":[{"drains":3,"peak_length":81920},{"drains":0,"peak_length":98304,"dropped":true}],
	"bytes":9007199254740993,"rate":1101004,"requested_rate":null,"pauses":3,"drains":2,"paused_seconds":2.5e+00,
	"result":"ok","error":null}`

func decode(t testing.TB, object string) Values {
	t.Helper()
	v, err := Decode([]byte(object))
	if err != nil {
		t.Fatalf("Decode(%s) = %v", object, err)
	}
	return v
}

// fields has one of each kind, as the summary of a copy to two destinations does.
func fields() Fields {
	all := []Field{{Path: "source.name"}, {Path: "source.size", Kind: Size}}
	for _, dst := range []string{"destinations[0].", "destinations[1]."} {
		all = append(all, Field{Path: dst + "drains", Kind: Count}, Field{Path: dst + "peak_length", Kind: Size}, Field{Path: dst + "dropped", Kind: Truth})
	}
	return NewFields(append(all, []Field{
		{Path: "bytes", Kind: Size}, {Path: "rate", Kind: Rate}, {Path: "sndbuf", Kind: Size, Optional: true}, {Path: "requested_rate", Kind: Rate}, {Path: "pauses", Kind: Count},
		{Path: "drains", Kind: Count}, {Path: "paused_seconds", Kind: Seconds},
		{Path: "result", Words: []string{"ok", "error"}}, {Path: "error"},
	}...))
}

func TestJudge(t *testing.T) {
	f, v := fields(), decode(t, slow)
	for _, tt := range []struct {
		text   string
		holds  bool
		actual string
		detail string
	}{
		{"pauses >= 10", false, "3", "pauses is 3"},
		{"pauses>=3", true, "3", "pauses is 3"},
		{"pauses > 3", false, "3", "pauses is 3"},
		{"pauses < 4", true, "3", "pauses is 3"},
		{"pauses <= 2.5", false, "3", "pauses is 3"},
		{"pauses == 3", true, "3", "pauses is 3"},
		{"pauses != 3", false, "3", "pauses is 3"},
		{"pauses = 3.0", true, "3", "pauses is 3"},

		{"drains == pauses", false, "2", "drains is 2, pauses is 3"},
		{"drains < pauses", true, "2", "drains is 2, pauses is 3"},
		{"drains=pauses±1", true, "2", "drains is 2, pauses is 3"},
		{"drains = pauses +- 33%", false, "2", "drains is 2, pauses is 3"},
		{"drains != pauses +- 33%", true, "2", "drains is 2, pauses is 3"},
		{"drains = pauses ± 34%", true, "2", "drains is 2, pauses is 3"},
		{"pauses in drains..destinations[0].drains", true, "3", "pauses is 3, drains is 2, destinations[0].drains is 3"},

		// One float64 stands for both of these numbers.
		{"bytes = 9007199254740993", true, "9007199254740993", "bytes is 9007199254740993 (about 8 PiB)"},
		{"bytes = 9007199254740992", false, "9007199254740993", "bytes is 9007199254740993 (about 8 PiB)"},
		{"bytes >= 1.5GiB", true, "9007199254740993", "bytes is 9007199254740993 (about 8 PiB)"},

		{"destinations[0].peak_length <= 80KiB", true, "81920", "destinations[0].peak_length is 81920 (80 KiB)"},
		{"destinations[1].peak_length <= 80KiB", false, "98304", "destinations[1].peak_length is 98304 (96 KiB)"},
		{"destinations[1].drains > 0", false, "0", "destinations[1].drains is 0"},

		{"rate = 1MiB/s ± 5%", true, "1101004", "rate is 1101004 (about 1 MiB/s)"},
		{"rate = 1MiB/s ± 4.9999%", false, "1101004", "rate is 1101004 (about 1 MiB/s)"},
		{"rate = 1101000 +- 4", true, "1101004", "rate is 1101004 (about 1 MiB/s)"},
		{"rate = 1101000 +- 3", false, "1101004", "rate is 1101004 (about 1 MiB/s)"},
		{"rate = 1MiB/s+-51KiB/s", false, "1101004", "rate is 1101004 (about 1 MiB/s)"},
		{"rate = 1MiB +- 52KiB", true, "1101004", "rate is 1101004 (about 1 MiB/s)"},
		{"rate > 0", true, "1101004", "rate is 1101004 (about 1 MiB/s)"},
		{"rate > 0/s", true, "1101004", "rate is 1101004 (about 1 MiB/s)"},

		{"paused_seconds < 2", false, "2.5e+00", "paused_seconds is 2.5e+00"},
		{"paused_seconds = 2500ms", true, "2.5e+00", "paused_seconds is 2.5e+00"},
		{"paused_seconds in 1s..3s", true, "2.5e+00", "paused_seconds is 2.5e+00"},
		{"paused_seconds in 1 .. 2.5", true, "2.5e+00", "paused_seconds is 2.5e+00"},
		{"paused_seconds in 2.5s..1m", true, "2.5e+00", "paused_seconds is 2.5e+00"},
		{"paused_seconds in 2.6..3", false, "2.5e+00", "paused_seconds is 2.5e+00"},
		{"pauses in2..4", true, "3", "pauses is 3"},

		{"result = ok", true, "ok", "result is ok"},
		{"result == error", false, "ok", "result is ok"},
		{`result!="error"`, true, "ok", "result is ok"},
		{`source.name = disk.img`, false, "my disk.img", `source.name is "my disk.img"`},
		{`source.name = "my disk.img"`, true, "my disk.img", `source.name is "my disk.img"`},
		{"destinations[1].dropped = true", true, "true", "destinations[1].dropped is true"},
		{"destinations[0].dropped = false", true, "false", "destinations[0].dropped is false"}, // left out

		{"error = null", true, "null", "error is null"},
		{"error != null", false, "null", "error is null"},
		{`error = "null"`, false, "null", "error is null"},
		{"requested_rate = null", true, "null", "requested_rate is null"},
		{"requested_rate = 0", false, "null", "requested_rate is null"},
		{"requested_rate != rate", true, "null", "requested_rate is null, rate is 1101004 (about 1 MiB/s)"},
		{"sndbuf < 64KiB", false, "null", "sndbuf is null; null has no order"}, // which the object leaves out
		{"sndbuf = null", true, "null", "sndbuf is null"},
		{"bytes > sndbuf", false, "9007199254740993", "bytes is 9007199254740993 (about 8 PiB), sndbuf is null; null has no order"},
		{"requested_rate > 0", false, "null", "requested_rate is null; null has no order"},
		{"rate <= requested_rate", false, "1101004", "rate is 1101004 (about 1 MiB/s), requested_rate is null; null has no order"},
		{"rate != requested_rate ± 5%", false, "1101004", "rate is 1101004 (about 1 MiB/s), requested_rate is null; null has no order"},
		{"source.size in 0..10", false, "null", "source.size is null; null has no order"},
	} {
		c, err := Parse(tt.text, f)
		if err != nil {
			t.Errorf("Parse: %v", err)
			continue
		}
		want := Verdict{tt.holds, tt.actual, tt.detail}
		if got := c.Judge(v); got != want {
			t.Errorf("Parse(%q).Judge() = %+v; want %+v", tt.text, got, want)
		}
	}
}

// What JSON leaves out where it is empty.
func TestJudgeOmitted(t *testing.T) {
	f, v := fields(), decode(t, `{}`)
	for text, want := range map[string]Verdict{
		"pauses = 0":                     {true, "0", "pauses is 0"},
		"pauses > 0":                     {false, "0", "pauses is 0"},
		"destinations[0].dropped = true": {false, "false", "destinations[0].dropped is false"},
		"error = null":                   {true, "null", "error is null"},
		"error = x":                      {false, "null", "error is null"},
	} {
		c, err := Parse(text, f)
		if err != nil {
			t.Errorf("Parse: %v", err)
		} else if got := c.Judge(v); got != want {
			t.Errorf("Parse(%q).Judge({}) = %+v; want %+v", text, got, want)
		}
	}
}

// The texts that would not fit on a line of their own, or could be taken for
// something else, are shown in quotes.
func TestJudgeShowsTexts(t *testing.T) {
	c, err := Parse("error = null", fields())
	if err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]Verdict{
		`"EIO"`:    {false, "EIO", "error is EIO"},
		`"a\nb"`:   {false, "a\nb", `error is "a\nb"`},
		`"null"`:   {false, "null", `error is "null"`},
		`""`:       {false, "", `error is ""`},
		`"read x"`: {false, "read x", `error is "read x"`},
	} {
		if got := c.Judge(decode(t, `{"error":`+value+`}`)); got != want {
			t.Errorf("Judge(error: %s) = %+v; want %+v", value, got, want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	const all = "source.name, source.size, destinations[0..1].drains, destinations[0..1].peak_length, destinations[0..1].dropped, " +
		"bytes, rate, sndbuf, requested_rate, pauses, drains, paused_seconds, result, error"
	const counts = "destinations[0..1].drains, drains"
	f := fields()
	for text, want := range map[string]string{
		"":                            `column 1: end of condition: want a condition such as "pauses >= 10"`,
		" \t":                         `column 3: end of condition: want a condition such as "pauses >= 10"`,
		">= 10":                       `column 1: want a field: ` + all,
		"pausess > 3":                 `column 1: no field "pausess": want one of ` + all,
		"Pauses > 3":                  `column 1: no field "Pauses": want one of ` + all,
		" sources.size > 3":           `column 2: no field "sources.size": want one of ` + all,
		"source > 3":                  `column 1: "source" is no single field: want one of source.name, source.size`,
		"destinations = 2":            `column 1: "destinations" is no single field: want one of destinations[0..1].drains, destinations[0..1].peak_length, destinations[0..1].dropped`,
		"destinations[1] = 2":         `column 1: "destinations[1]" is no single field: want one of destinations[1].drains, destinations[1].peak_length, destinations[1].dropped`,
		"destinations[2].drains":      `column 1: no field "destinations[2].drains": want destinations[0..1]`,
		"destinations[-1].drains > 0": `column 1: no field "destinations[-1].drains": want destinations[0..1]`,
		"destinations[1].drain > 0":   `column 1: no field "destinations[1].drain": want one of ` + all,

		"pauses":                          `column 7: end of condition: want one of = == != < <= > >= in`,
		"pauses ± 3":                      `column 8: "± 3": want one of = == != < <= > >= in`,
		"pauses into":                     `column 8: "into": want one of = == != < <= > >= in`,
		"result > 3":                      `column 8: ">": result is a text: want = or !=`,
		"result in ok":                    `column 8: "in": result is a text: want = or !=`,
		"result":                          `column 7: end of condition: want = or !=`,
		"destinations[0].dropped >= true": `column 25: ">=": destinations[0].dropped is true or false: want = or !=`,

		"pauses =":                        `column 9: end of condition: pauses is a number: want a number such as 10, or one of ` + counts,
		"pauses = ok":                     `column 10: "ok": pauses is a number: want a number such as 10, or one of ` + counts,
		"pauses => 3":                     `column 9: "> 3": pauses is a number: want a number such as 10, or one of ` + counts,
		"pauses = -3":                     `column 10: "-3": pauses is a number: want a number such as 10, or one of ` + counts,
		"paused_seconds = x":              `column 18: "x": paused_seconds is a time in seconds: want a time such as 2s or 0.5`,
		"pauses = 3s":                     `column 10: "3s": pauses is a number: want a number such as 10`,
		"pauses = 64KiB":                  `column 10: "64KiB": pauses is a number: want a number such as 10`,
		"pauses = 1e3":                    `column 10: "1e3": pauses is a number: want a number such as 10`,
		"pauses = 1.":                     `column 10: "1.": pauses is a number: want a number such as 10`,
		"paused_seconds < 2x":             `column 18: "2x": paused_seconds is a time in seconds: want a time such as 2s or 0.5`,
		"bytes = 3s":                      `column 9: "3s": bytes is a size: unit "s" is none of K, KiB, kB, M, MiB, MB, G, GiB, GB, T, TiB, TB, B; want 0 or a size such as 64KiB`,
		"bytes = 1.5":                     `column 9: "1.5": bytes is a size: must be a whole number of bytes; want 0 or a size such as 64KiB`,
		"bytes = 1MiB/s":                  `column 9: "1MiB/s": bytes is a size: unit "MiB/s" is none of K, KiB, kB, M, MiB, MB, G, GiB, GB, T, TiB, TB, B; want 0 or a size such as 64KiB`,
		"rate = 9999999TiB/s":             `column 8: "9999999TiB/s": rate is a rate: must be less than 8EiB (2^63 bytes); want a rate such as 1MiB/s or 500kB/s`,
		"pauses = bytes":                  `column 10: "bytes": pauses is a number and bytes is a size: want two of a kind`,
		"bytes = rate":                    `column 9: "rate": bytes is a size and rate is a rate: want two of a kind`,
		"pauses = destinations[2].drains": `column 10: no field "destinations[2].drains": want destinations[0..1]`,
		"rate < null":                     `column 8: null has no order: want a rate such as 1MiB/s`,
		"pauses in null..3":               `column 11: null has no order: want a number such as 10`,

		"result = okay":               `column 10: "okay": want one of ok, error`,
		"result = null = x":           `column 15: "= x": want nothing more`,
		"result = ":                   `column 10: end of condition: want a word, a text such as "in quotes", or null`,
		"result ==! ok":               `column 10: "! ok": want a word, a text such as "in quotes", or null`,
		`source.name = "x`:            `column 15: "\"x": want a word, a text such as "in quotes", or null`,
		"source.name = my disk.img":   `column 18: "disk.img": want nothing more`,
		"destinations[0].dropped = 1": `column 27: "1": want one of true, false`,
		"pauses = 3 4":                `column 12: "4": want nothing more`,
		"rate = 1 MiB/s":              `column 10: "MiB/s": want nothing more`,
		"rate = 1MiB/s ± 5% of it":    `column 20: "of it": want nothing more`,
		"pauses in 3":                 `column 12: end of condition: want .. and the upper end of the range`,
		"pauses in 3-4":               `column 11: "3-4": pauses is a number: want a number such as 10`,
		"paused_seconds in 1s..":      `column 23: end of condition: paused_seconds is a time in seconds: want a time such as 2s or 0.5`,
		"paused_seconds in 3s..1s":    `column 23: "1s": want no less than 3s`,
		"pauses = 3..4":               `column 11: "..4": want nothing more`,
		"rate < 3 ± 4%":               `column 10: "±": want a tolerance only after = or !=, here is <`,
		"rate = null +- 4%":           `column 13: "+-": want no tolerance with null`,
		"rate = 3 ±":                  `column 11: end of condition: want a percentage such as 5% or a rate such as 1MiB/s`,
		"rate = 3 ± x":                `column 12: "x": want a percentage such as 5% or a rate such as 1MiB/s`,
		"rate = 3 ± 1/2%":             `column 12: "1/2%": want a percentage such as 5%`,
		"paused_seconds = 3 ± 4KiB":   `column 22: "4KiB": paused_seconds is a time in seconds: want a time such as 2s or 0.5`,
		"result = ok ± 5%":            `column 13: "± 5%": want nothing more`,
	} {
		c, err := Parse(text, f)
		if err == nil {
			t.Errorf("Parse(%q) = %v; want an error: %s", text, c, want)
			continue
		}
		_, got, _ := strings.Cut(err.Error(), ": ") // behind the text
		if got != want {
			t.Errorf("Parse(%q):\n got %s\nwant %s", text, got, want)
		}
	}
	if _, err := Parse("pauses = ok", f); !strings.HasPrefix(err.Error(), `"pauses = ok": column 10: `) {
		t.Errorf("Parse(%q) = %v; want the text first", "pauses = ok", err)
	}
}

func TestConditionString(t *testing.T) {
	f := fields()
	for text, want := range map[string]string{
		" pauses>=10 ":                  "pauses >= 10",
		"rate=1MiB/s+-5%":               "rate = 1MiB/s +- 5%",
		"rate == 1MiB/s±10KiB/s":        "rate == 1MiB/s ± 10KiB/s",
		"paused_seconds  in 1s .. 3s":   "paused_seconds in 1s..3s",
		`source.name="my disk.img"`:     `source.name = "my disk.img"`,
		"destinations[1].drains<pauses": "destinations[1].drains < pauses",
		"error!=null":                   "error != null",
	} {
		c, err := Parse(text, f)
		if err != nil || c.String() != want {
			t.Errorf("Parse(%q) = %v, %v; want %s", text, c, err, want)
		}
	}
}

// FuzzParse holds that no text makes the parser panic and that a condition prints
// itself as a text for the same condition.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"pauses >= 10", "drains=pauses±1", "rate = 1MiB/s +- 5%", "paused_seconds in 1s..3s", "destinations[1].drains != null",
		`source.name = "my\tdisk"`, "destinations[0].dropped = true", "bytes in 0..9TiB", "destinations[9].x", "result = ok",
	} {
		f.Add(seed)
	}
	known, v, none := fields(), decode(f, slow), decode(f, `{}`)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse(text, known)
		if err != nil {
			return
		}
		again, err := Parse(c.String(), known)
		if err != nil || again.String() != c.String() {
			t.Fatalf("Parse(%q) = %q; that parses to %q, %v", text, c, again, err)
		}
		for _, values := range []Values{v, none} {
			if got, want := again.Judge(values), c.Judge(values); got != want {
				t.Errorf("Parse(%q).Judge() = %+v; of its own text %+v", text, want, got)
			}
		}
	})
}

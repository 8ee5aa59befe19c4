package expect_test

import (
	"fmt"

	"bpcopy/internal/expect"
)

// A condition is parsed against the fields of a summary and judged by its values.
func Example() {
	fields := expect.NewFields([]expect.Field{
		{Path: "pauses", Kind: expect.Count},
		{Path: "drains", Kind: expect.Count},
		{Path: "peak_length", Kind: expect.Size},
		{Path: "paused_seconds", Kind: expect.Seconds},
		{Path: "result", Kind: expect.Text, Words: []string{"ok", "error"}},
	})
	summary, err := expect.Decode([]byte(`{"pauses":4,"drains":3,"peak_length":98304,"paused_seconds":2.5,"result":"ok"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, text := range []string{
		"pauses >= 2",
		"drains = pauses",
		"peak_length <= 80KiB",
		"paused_seconds = 2s +- 30%",
		"paused_seconds in 1s..2s",
		"result = ok",
	} {
		condition, err := expect.Parse(text, fields)
		if err != nil {
			fmt.Println(err)
			continue
		}
		verdict := condition.Judge(summary)
		fmt.Printf("%q: %t, since %s\n", condition, verdict.Holds, verdict.Detail)
	}
	// Output:
	// "pauses >= 2": true, since pauses is 4
	// "drains = pauses": false, since drains is 3, pauses is 4
	// "peak_length <= 80KiB": false, since peak_length is 98304 (96 KiB)
	// "paused_seconds = 2s +- 30%": true, since paused_seconds is 2.5
	// "paused_seconds in 1s..2s": false, since paused_seconds is 2.5
	// "result = ok": true, since result is ok
}

// The error says what there is, before anything is copied.
func ExampleParse() {
	fields := expect.NewFields([]expect.Field{
		{Path: "pauses", Kind: expect.Count},
		{Path: "peak_length", Kind: expect.Size},
		{Path: "result", Kind: expect.Text, Words: []string{"ok", "error"}},
	})
	for _, text := range []string{"pause > 3", "peak_length < 3s", "result = fine"} {
		_, err := expect.Parse(text, fields)
		fmt.Println(err)
	}
	// Output:
	// "pause > 3": column 1: no field "pause": want one of pauses, peak_length, result
	// "peak_length < 3s": column 15: "3s": peak_length is a size: unit "s" is none of K, KiB, kB, M, MiB, MB, G, GiB, GB, T, TiB, TB, B; want 0 or a size such as 64KiB
	// "result = fine": column 10: "fine": want one of ok, error
}

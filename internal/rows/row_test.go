package rows

import (
	"strings"
	"testing"
)

func TestSortRows(t *testing.T) {
	tests := map[string]struct {
		rows []row
		want string
	}{
		"by age":                     {[]row{{PID: 12, Line: "b"}, {PID: 14, Line: "c"}, {PID: 11, Line: "a"}}, "a b c"},
		"numbers that started again": {[]row{{PID: 3, Group: 32000, Line: "b"}, {PID: 32001, Group: 32000, Line: "a"}}, "a b"},
		"by pipes": {[]row{
			{PID: 11, In: "q", Line: "c"}, {PID: 12, In: "p", Out: "q", Line: "b"}, {PID: 13, Out: "p", Line: "a"},
		}, "a b c"},
		"by pipes and age": {[]row{
			{PID: 14, In: "r", Line: "d"}, {PID: 13, Out: "p", Line: "b"}, {PID: 12, In: "p", Out: "q", Line: "c"}, {PID: 11, Line: "a"},
		}, "a b c d"},
		"a circle":        {[]row{{PID: 12, In: "p", Out: "q", Line: "b"}, {PID: 11, In: "q", Out: "p", Line: "a"}}, "a b"},
		"its own reader":  {[]row{{PID: 12, Line: "b"}, {PID: 11, In: "p", Out: "p", Line: "a"}}, "a b"},
		"without a pipe":  {[]row{{PID: 12, Line: "b"}, {PID: 11, Line: "a"}}, "a b"},
		"only one":        {[]row{{PID: 12, In: "p", Line: "a"}}, "a"},
		"not any":         {nil, ""},
		"one pipe, twice": {[]row{{PID: 13, In: "p", Line: "c"}, {PID: 12, Out: "p", Line: "b"}, {PID: 11, Out: "p", Line: "a"}}, "a b c"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			sortRows(test.rows)
			var got []string
			for _, r := range test.rows {
				got = append(got, r.Line)
			}
			if got := strings.Join(got, " "); got != test.want {
				t.Errorf("rows are %q; want %q", got, test.want)
			}
		})
	}
}

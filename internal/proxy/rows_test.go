package proxy

import (
	"io"
	"slices"
	"testing"
	"time"

	"bpcopy/internal/ledger"
)

// The first connections have a row each, and newer ones those of connections that have
// ended, at most one a second.
func TestRowsAdmit(t *testing.T) {
	r := rows{most: 3}
	start := time.Unix(1000, 0)
	numbers := func() (all []int64) {
		for _, one := range r.all {
			all = append(all, one.number)
		}
		return all
	}
	var first []*row
	for n := range int64(3) {
		first = append(first, r.admit(n+1, start))
	}
	if r.admit(4, start.Add(time.Hour)) != nil {
		t.Error("a connection has the row of one that is open")
	}
	r.end(first[2])
	r.end(first[0])
	for _, step := range []struct {
		number   int64
		after    time.Duration
		admitted bool
		want     []int64
	}{
		{5, rowHolds - 1, false, []int64{1, 2, 3}},
		{6, rowHolds, true, []int64{2, 3, 6}}, // that of the oldest which has ended
		{7, 2*rowHolds - 1, false, []int64{2, 3, 6}},
		{8, 2 * rowHolds, true, []int64{2, 6, 8}},
		{9, time.Hour, false, []int64{2, 6, 8}}, // all are open
	} {
		one := r.admit(step.number, start.Add(step.after))
		if (one != nil) != step.admitted || !slices.Equal(numbers(), step.want) {
			t.Errorf("connection %d after %v: admitted: %t, rows %v; want %t, %v", step.number, step.after, one != nil, numbers(), step.admitted, step.want)
		}
	}
}

// Without rows nothing is kept.
func TestNoRows(t *testing.T) {
	var r rows
	one := r.admit(1, time.Now())
	r.begin(one, Down, 0, nil)
	r.end(one)
	if one != nil || r.all != nil {
		t.Errorf("there is a row: %+v", r.all)
	}
}

// A row tells what a connection has come to, while it is open and when it has ended, and
// its series adds up to that. A connection without a row is relayed alike.
func TestRows(t *testing.T) {
	bothCarriers(t, func(t *testing.T, opts Options) {
		opts.Rows, opts.Connections = 2, 3
		p := run(t, serve(t, echo), opts)
		for n := range 3 {
			c := p.dial(t)
			sent := pattern(10_000 * (n + 1))
			go c.Write(sent)
			if _, err := io.ReadFull(c, make([]byte, len(sent))); err != nil {
				t.Fatal(err)
			}
			if all := p.Rows(); n < 2 && (len(all) != n+1 || !all[n].Running) {
				t.Errorf("with connection %d open the rows are %+v", n+1, all)
			}
			c.CloseWrite()
			if _, err := c.Read(make([]byte, 1)); err != io.EOF {
				t.Fatalf("connection %d ends with %v", n+1, err)
			}
		}
		p.wait(t)
		for _, d := range []Direction{Down, Up} { // all three connections
			series := p.Series(d)
			if read, written := sums(series); read != 60_000 || written != 60_000 {
				t.Errorf("%v: the series has %d bytes read and %d written; want 60000 of both", d, read, written)
			}
			if again := p.Series(d); again.Until != series.Until {
				t.Errorf("%v: the series ends at %v, and later at %v; want the end of the proxy", d, series.Until, again.Until)
			}
		}
		all := p.Rows()
		if len(all) != 2 {
			t.Fatalf("the rows are %+v; want two", all)
		}
		for _, row := range all {
			want := 10_000 * row.Number
			for d, series := range row.Series {
				read, written := sums(series)
				if row.Began[d] <= 0 || row.Began[d] > p.Snapshot().Elapsed {
					t.Errorf("connection %d %v began after %v", row.Number, Direction(d), row.Began[d])
				}
				if row.Running || row.Stats[d].Written != want || read != want || written != want {
					t.Errorf("connection %d %v: running %t, %d bytes, of the series %d and %d; want %d of all", row.Number, Direction(d), row.Running, row.Stats[d].Written, read, written, want)
				}
			}
		}
	})
}

// sums returns the bytes of a series.
func sums(s ledger.Series) (read, written int64) {
	for i := range s.Source {
		read += s.Source[i].Bytes
		written += s.Destinations[0][i].Bytes
	}
	return read, written
}

// Without rows, nothing is kept of the directions.
func TestNoFlows(t *testing.T) {
	bothCarriers(t, func(t *testing.T, opts Options) {
		p := run(t, serve(t, echo), opts)
		if s := p.Series(Down); s.Source != nil {
			t.Errorf("Series() = %+v; want none", s)
		}
	})
}

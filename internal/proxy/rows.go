package proxy

import (
	"sync"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/transfer"
)

// Row is a connection of which it is kept how it went over time.
type Row struct {
	Number  int64
	Running bool
	Began   [2]time.Duration   // by direction, since the proxy did
	Stats   [2]ledger.Snapshot // by direction
	Series  [2]ledger.Series
}

// rowHolds is how long a row stays at least. A series takes memory, which should not be
// made anew for each of many short connections.
const rowHolds = time.Second

// row is a connection that is a row.
type row struct {
	number int64
	since  time.Time
	began  [2]time.Duration  // by direction, since the proxy did
	copies [2]*transfer.Copy // nil until they begin
	over   bool
}

// rows are those connections that have a row, at most so many: the first ones, and newer
// ones instead of those that have ended. Any goroutine may use them.
type rows struct {
	most int

	mu  sync.Mutex // guards what follows, and the fields of each row
	all []*row
}

// admit returns a row for a connection that begins now, or nil if it has none.
func (r *rows) admit(number int64, now time.Time) *row {
	if r.most == 0 {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	one := &row{number: number, since: now}
	if len(r.all) < r.most {
		r.all = append(r.all, one)
		return one
	}
	oldest := -1
	for i, old := range r.all {
		if now.Sub(old.since) < rowHolds {
			return nil // at most one a second is new
		}
		if old.over && (oldest < 0 || old.number < r.all[oldest].number) {
			oldest = i
		}
	}
	if oldest < 0 {
		return nil
	}
	r.all = append(append(r.all[:oldest:oldest], r.all[oldest+1:]...), one)
	return one
}

// begin notes the copy of a direction of a connection, which begins at that time since
// the proxy did. The row may be nil.
func (r *rows) begin(one *row, d Direction, at time.Duration, c *transfer.Copy) {
	if one == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	one.began[d], one.copies[d] = at, c
}

// end notes that a connection is over. The row may be nil.
func (r *rows) end(one *row) {
	if one == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	one.over = true
}

// Rows returns the connections that have a row, by their numbers.
func (p *Proxy) Rows() []Row {
	p.rows.mu.Lock()
	var all []row
	for _, one := range p.rows.all {
		all = append(all, *one)
	}
	p.rows.mu.Unlock() // a copy has a lock of its own
	told := make([]Row, len(all))
	for i, one := range all {
		told[i] = Row{Number: one.number, Running: !one.over, Began: one.began}
		for d, c := range one.copies {
			if c != nil {
				told[i].Stats[d], told[i].Series[d] = c.Stats(), c.Series()
			}
		}
	}
	return told
}

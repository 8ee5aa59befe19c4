package document

import (
	"time"

	"bpcopy/internal/ledger"
)

// State is what the script of the page draws. Its JSON has short lists of numbers,
// one for each bucket; shares of a bucket are in thousandths.
type State struct {
	Over   bool       `json:"over"` // nothing will change any more
	Runs   []runState `json:"runs"`
	Tables []Table    `json:"tables,omitempty"` // of a live page
}

type runState struct {
	Name    string     `json:"name"`
	Verdict []string   `json:"verdict"`
	Failed  bool       `json:"failed,omitempty"`
	Elapsed float64    `json:"elapsed"` // seconds
	Width   float64    `json:"width"`   // of a bucket, in seconds
	Until   float64    `json:"until"`   // where the series ends; the time after it is that of the commit
	High    int64      `json:"high"`    // the marks; 0 if they are not known
	Low     int64      `json:"low"`
	Ahead   int64      `json:"ahead"`
	Source  trackState `json:"source"`
	Dsts    []dstState `json:"dsts"`
	More    int        `json:"more"`    // destinations that are not drawn
	Lead    int        `json:"lead"`    // the destination that has what every one has
	Holders [][]int    `json:"holders"` // by holder: source, destination, limit, user, program, stage
	Row     bool       `json:"row,omitempty"`
	Sum     bool       `json:"sum,omitempty"` // of those that are rows
	From    float64    `json:"from"`          // when the run began, in seconds
	Stages  []dstState `json:"stages"`
}

type trackState struct {
	Bytes  []int64 `json:"bytes"`
	Length []int64 `json:"length"`
	Held   []int   `json:"held"`
}

type dstState struct {
	Name string `json:"name"`
	trackState
	Refused []int64 `json:"refused"` // writes that returned false
	Drains  []int64 `json:"drains"`
	// Holding is of a stage: the share of each bucket in which it held the run up.
	Holding []int `json:"holding,omitempty"`
}

// mostTracks is how many stages and destinations a page draws, so that its size is bounded.
const mostTracks = 128

// NewState returns the state of runs that are drawn over each other. Live is true if
// the page will get another one.
func NewState(runs []Run, live bool) State {
	s := State{Over: !live, Runs: []runState{}}
	called, left, rows := names(runs), mostTracks, 0
	for i := range runs {
		if runs[i].Row {
			if rows++; rows > MaxRows {
				continue
			}
		}
		run := runs[i].state(called[i], max(1, min(left, mostTracks/len(runs))))
		left -= len(run.Stages) + len(run.Dsts)
		s.Runs = append(s.Runs, run)
	}
	return s
}

// WithTables adds the tables, for a page that is live.
func (s State) WithTables(runs []Run) State {
	s.Tables = tables(runs)
	return s
}

func (r *Run) state(name string, mostDrawn int) runState {
	series, summary := &r.Series, &r.Summary
	s := runState{
		Name:    name,
		Verdict: r.verdict(),
		Failed:  !r.Running && r.failed(),
		Elapsed: max(summary.ElapsedSeconds, series.Until.Seconds()),
		Width:   series.Width.Seconds(),
		Until:   series.Until.Seconds(),
		High:    summary.HighWaterMark,
		Low:     summary.LowWaterMark,
		Ahead:   summary.ReadAhead,
		Source:  trackOf(series.Source, series.Width),
		Dsts:    []dstState{},
		Holders: holdersOf(series),
		Row:     r.Row,
		Sum:     r.sums(),
		From:    r.From.Seconds(),
		Stages:  r.stageStates(mostDrawn),
	}
	if s.Sum { // the others have a buffer each
		s.High, s.Low, s.Ahead = 0, 0, 0
	}
	drawn := min(len(series.Destinations), max(1, mostDrawn-len(s.Stages)))
	s.More = max(0, len(summary.Destinations)-drawn)
	for i, buckets := range series.Destinations[:drawn] {
		d := dstOf(r.nameOf(i), buckets, series.Width)
		var taken int64
		for _, b := range buckets {
			taken += b.Bytes
		}
		if taken == summary.Bytes && s.Lead == 0 {
			s.Lead = i
		}
		s.Dsts = append(s.Dsts, d)
	}
	return s
}

// stageStates returns the first stages.
func (r *Run) stageStates(most int) []dstState {
	all := []dstState{}
	for _, stage := range r.Stages[:min(len(r.Stages), most)] {
		d := dstOf(short(stage.Name), stage.Buckets, r.Series.Width)
		for _, held := range stage.Holding {
			d.Holding = append(d.Holding, thousandths(held, r.Series.Width))
		}
		all = append(all, d)
	}
	return all
}

func dstOf(name string, buckets []ledger.Bucket, width time.Duration) dstState {
	d := dstState{Name: name, trackState: trackOf(buckets, width), Refused: make([]int64, len(buckets)), Drains: make([]int64, len(buckets))}
	for i, b := range buckets {
		d.Refused[i], d.Drains[i] = b.WritesFalse, b.Drains
	}
	return d
}

func trackOf(buckets []ledger.Bucket, width time.Duration) trackState {
	t := trackState{make([]int64, len(buckets)), make([]int64, len(buckets)), make([]int, len(buckets))}
	for i, b := range buckets {
		t.Bytes[i], t.Length[i], t.Held[i] = b.Bytes, b.Length, thousandths(b.Held, width)
	}
	return t
}

// holdersOf returns the share of each holder in each bucket, or nil if that is not
// known.
func holdersOf(s *ledger.Series) [][]int {
	if s.Holders == nil {
		return nil
	}
	var all [][]int
	for _, h := range []ledger.Holder{ledger.BySource, ledger.ByDestination, ledger.ByLimit, ledger.ByUser, ledger.ByProgram, ledger.ByStage} {
		shares := make([]int, len(s.Holders))
		for i, bucket := range s.Holders {
			shares[i] = thousandths(bucket[h], s.Width)
		}
		all = append(all, shares)
	}
	return all
}

func thousandths(part, whole time.Duration) int {
	return int((part*1000 + whole/2) / max(whole, 1))
}

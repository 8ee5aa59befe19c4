package ledger

import "time"

// Through returns who held up a chain of copies, with a stage between each and the next
// one, up to a moment. It also returns for how long each stage did.
//
// What the last copy waited for says whose time it was. Where that is its source, which
// is a stage, it is what the copy to that stage waited for, and so on. Where that copy
// waited for the stage, or was over, it is the stage's own time.
func Through(copies []Waits, upTo time.Duration) (whole Waits, stages []time.Duration) {
	last := len(copies) - 1
	for _, h := range []Holder{ByDestination, ByLimit, ByUser, ByProgram} {
		whole.held[h] = copies[last].Of(h)
	}
	whole.at = max(upTo, copies[last].at)
	left := copies[last].Of(BySource) + whole.at - copies[last].at
	stages = make([]time.Duration, last)
	for k := last - 1; k >= 0; k-- {
		take := func(h Holder) time.Duration {
			taken := min(copies[k].Of(h), left)
			left -= taken
			return taken
		}
		onward := take(BySource)
		whole.held[ByUser] += take(ByUser)
		whole.held[ByLimit] += take(ByLimit)
		whole.held[ByStage] += left
		stages[k], left = left, onward
	}
	whole.held[BySource] = left
	return whole, stages
}

package stream

// Rules are the rules in which Node's releases differ among themselves. Each is
// one condition where the rule already stands. The zero value is the line of
// [DefaultLine]. [Release] and [LineNamed] know which rules hold where.
type Rules struct {
	// FailuresTwice: a pipeline that is told of a failure by an error event, or by the
	// early close of a destination, counts that as one of its sides being over, and
	// the same failure again when the side is. Ended by nodejs/node#53462.
	FailuresTwice bool
	// RefillsAlways: a chunk books a refill tick also while another request is
	// outstanding, as after a read() inside a data event. Ended by nodejs/node#60454.
	RefillsAlways bool
	// AbortStays: in a pipeline's callback the AbortError stays, whatever error
	// follows. Ended by nodejs/node#62113.
	AbortStays bool
	// DestroyedStays: a destroyed source neither pauses nor resumes
	// (nodejs/node#62557).
	DestroyedStays bool
	// ReadsOneChunk: read() without a size takes one chunk, flowing or not. It used
	// to take all while not flowing (nodejs/node#60441).
	ReadsOneChunk bool
	// UnpipeForgets: the source never waits for a destination whose pipe was taken
	// apart. It used to go on waiting if that destination owed no drain
	// (nodejs/node#64310).
	UnpipeForgets bool
	// EndWaits: an end that is told inside the request books a flow tick only if the
	// source flows or somebody needs data.
	EndWaits bool
}

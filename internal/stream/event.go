package stream

// Kind names an event. The names are those of Node.
type Kind uint8

// The events, and the fields of [Event] that each one sets. Those of a
// destination set Dst and Length, those of the source ReadableLength. A stage has
// those of both, and sets both lengths when it closes.
const (
	Data     Kind = iota // source: Bytes
	Write                // destination: Bytes, Ret, NeedDrain
	Pause                // source: Cause
	Resume               // source: Cause
	Drain                // destination
	Pipe                 // destination
	Unpipe               // destination
	End                  // source
	Finish               // destination
	Close                // either
	Errored              // either: Code, and no length
	Callback             // neither: Code, empty on success
)

// String is the event's name in Node.
func (k Kind) String() string {
	return [...]string{"data", "write", "pause", "resume", "drain", "pipe", "unpipe",
		"end", "finish", "close", "error", "callback"}[k]
}

// Cause says what made a source pause or resume.
type Cause uint8

// The causes. Node has no names for them; these are the ones of the trace format.
const (
	CauseOther         Cause = iota
	CauseInitial             // pipe() started the flow
	CauseBackpressure        // write() returned false
	CauseDrain               // a destination drained
	CauseUnpipe              // the last destination went, or one that was waited for
	CauseUser                // somebody called pause(), resume() or unpipe()
	CausePipeNeedDrain       // pipe() to a destination that was full already
	causes                   // how many there are
)

// String is the cause's name in the trace format.
func (c Cause) String() string {
	return [...]string{"other", "initial", "backpressure", "drain", "unpipe", "user", "pipe_needdrain"}[c]
}

// The Dst of an event that is no destination's. The numbers of sources and of
// stages are in Index.
const (
	FromSource = -1
	FromStage  = -2
)

// Event is something that a program could have observed.
type Event struct {
	Kind           Kind
	Index          int32 // which source or stage it is, from 0
	Dst            int   // index of the destination, FromSource or FromStage
	Bytes          int64 // size of the chunk
	Length         int64 // the destination's writableLength just then
	ReadableLength int64 // the source's readableLength just then
	Ret            bool  // what write() returned
	NeedDrain      bool  // writableNeedDrain after the write
	Cause          Cause
	Code           string
}

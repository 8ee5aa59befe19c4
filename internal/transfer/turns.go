package transfer

import (
	"context"
	"time"

	"bpcopy/internal/conduit"
	"bpcopy/internal/throttle"
)

// Turns is a copy that many others share a goroutine with: it has the engine
// that never waits. Its owner gives it a turn whenever one of its ends may be
// ready, and whenever the time has come that the last turn named.
//
// One goroutine calls its methods, except for those of [Copy] that may be called
// at any time.
type Turns struct {
	both
	awake func() // called when another goroutine wants a turn for it; with the lock held

	awaited wait
	waiting bool // awaited is what it waits for
}

// NewTurns prepares a copy whose bytes wait in a conduit of these ends. The
// function awake is called, with a lock held and by any goroutine, when somebody
// wants a turn for the copy. It must not call the copy.
//
// Several copies may have the same options, which must not change then. It saves
// memory if those that have no scripts do.
func NewTurns(src Source, dst Destination, bytes conduit.Tried, opts *Options, awake func()) (*Turns, error) {
	if err := opts.Validate(); err != nil {
		return nil, err
	}
	c := newCopyWith(src, []Destination{dst}, opts, bytes)
	t := c.engine.(*Turns)
	t.awake = awake
	return t, nil
}

func newTurns(c *Copy, ends conduit.Tried) *Turns { return &Turns{both: newBoth(c, ends)} }

// run is for nobody: see Turn.
func (*Turns) run(context.Context) { panic("BUG: transfer: a copy in turns was run") }

func (*Turns) goroutines() int { return 1 }

func (t *Turns) wake() { t.awake() }

// Begin lets the copy ask for the first chunk. A turn must follow.
func (t *Turns) Begin() { t.begin(func() {}) }

// BeginScripts starts the scripts, see [Options.LateScripts]. A turn must
// follow.
func (t *Turns) BeginScripts() {
	t.input.pace.start()
	t.out.pace.start()
}

// Turn moves up to most chunks or parts of batches. It returns what the copy
// wants then:
//
//   - over: nothing, except for [Turns.End].
//   - in is 0: another turn, soon.
//   - in is positive: another turn after that time, or when an end is ready.
//   - in is [conduit.Forever]: another turn when an end is ready.
func (t *Turns) Turn(most int) (in time.Duration, over bool) {
	t.stopWaiting()
	ctx := context.Background() // nothing here waits
	for range most {
		if !t.take() {
			return 0, true
		}
		if t.moveUnlessHeld(ctx) {
			continue
		}
		if t.awaited, over = t.awaits(ctx); !over {
			t.waiting = true
			return t.awaited.limit, false
		}
	}
	return 0, false
}

// moveUnlessHeld is move, but in a stall it reads nothing beyond what has paused
// the source.
func (t *Turns) moveUnlessHeld(ctx context.Context) bool {
	if !t.reading || t.out.pace.line == nil || !t.holdsBack() {
		return t.move(ctx)
	}
	t.readIn = conduit.Forever
	return t.write(ctx)
}

// holdsBack reports whether the source is paused while a stall lets nothing
// through.
func (t *Turns) holdsBack() bool {
	now := t.clock.Now()
	stall, ok := t.Stall(now)
	if !ok || stall.From.After(now) {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.readable.Flowing()
}

// Stall returns the stall of the destination's script in which the copy is at a
// moment, or else the next one that the clock alone brings. All times are by
// Options.Clock.
func (t *Turns) Stall(at time.Time) (throttle.Stall, bool) { return t.out.pace.stall(at) }

// stopWaiting notes whose the time was since the last turn.
func (t *Turns) stopWaiting() {
	if t.waiting {
		t.waitedFor(t.awaited)
		t.waiting = false
	}
}

// Abort ends the copy because of err.
func (t *Turns) Abort(err error) {
	t.stopWaiting()
	t.abort(err)
}

// End returns what ended the copy, or nil if every byte is at the destination.
// It frees the conduit. It is called once, when the copy is over.
func (t *Turns) End() error { return t.finished() }

// LastMoved returns when a byte moved last at either end, or when the copy
// began.
func (t *Turns) LastMoved() time.Time { return t.start.Add(time.Duration(t.lastMoved())) }

// Held reports whether the copy waits for its time, as a rate or a script says,
// and not for an end.
func (t *Turns) Held() bool { return t.pacing() }

// Moved returns how many bytes have passed the source and the destination.
func (t *Turns) Moved() (read, written int64) { return t.input.bytes.Load(), t.out.bytes.Load() }

package scenario

import "bpcopy/internal/stream"

// act does what an action says.
func (d *driver) act(a action) {
	r := d.sources[a.src].readable
	if a.stage != nil {
		r = d.stages[*a.stage].transform.Out()
	}
	switch a.do {
	case doPause:
		r.Pause()
	case doResume:
		r.Resume()
	case doRead:
		r.Read()
	case doPush:
		d.sources[a.src].give(a.bytes)
	case doUnpipeAll:
		r.UnpipeAll()
	case doDestroySrc:
		r.Destroy(a.err)
	case doAbort:
		d.pipeline.Abort()
	default:
		d.actOn(d.destOf(a), a)
	}
}

// destOf returns what an action that concerns a destination is done to.
func (d *driver) destOf(a action) *stream.Writable {
	if a.stage != nil {
		return d.stages[*a.stage].transform.In()
	}
	return d.dests[a.dest].writable
}

// before returns the stream that is piped to where an action is done.
func (d *driver) before(a action) *stream.Readable {
	stage := len(d.stages)
	if a.stage != nil {
		stage = *a.stage
	}
	if stage == 0 {
		return d.sources[a.src].readable
	}
	return d.stages[stage-1].transform.Out()
}

// actOn is act for the actions that concern a destination.
func (d *driver) actOn(dst *stream.Writable, a action) {
	switch a.do {
	case doUnpipe:
		d.before(a).Unpipe(dst)
	case doRepipe:
		opts := stream.PipeOptions{}
		if a.stage == nil {
			opts = d.pipeOptions()
		}
		d.before(a).Pipe(dst, opts)
	case doDestroyDest:
		dst.Destroy(a.err)
	case doEndDest:
		dst.End()
	case doWriteDest:
		dst.Write(a.bytes)
	case doCork:
		dst.Cork()
	case doUncork:
		dst.Uncork()
	}
}

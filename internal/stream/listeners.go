package stream

import "slices"

// listener is one handler of a rare event. The error is that of an error event.
type listener struct {
	handle func(Error)
	once   bool
}

// listeners are the handlers of one event in the order in which they are called.
// A change makes a new list: an emit that is under way still calls those it
// began with, as Node's does.
type listeners struct {
	list []*listener
}

func (l *listeners) on(handle func(Error)) *listener {
	h := &listener{handle: handle}
	l.list = append(slices.Clone(l.list), h)
	return h
}

func (l *listeners) onOnce(handle func(Error)) *listener {
	h := l.on(handle)
	h.once = true
	return h
}

// prepend adds a handler that is called before all others.
func (l *listeners) prepend(handle func(Error)) *listener {
	h := &listener{handle: handle}
	l.list = slices.Insert(slices.Clone(l.list), 0, h)
	return h
}

func (l *listeners) remove(h *listener) {
	if i := slices.Index(l.list, h); i >= 0 {
		l.list = slices.Delete(slices.Clone(l.list), i, i+1)
	}
}

func (l *listeners) emit(err Error) {
	for _, h := range l.list {
		if h.once {
			l.remove(h)
		}
		h.handle(err)
	}
}

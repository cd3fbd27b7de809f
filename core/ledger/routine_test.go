package ledger

import "iter"

// routine is a part of a process that runs only when the world says so, and
// only to its next step.
type routine struct {
	id      uint64
	proc    *proc
	do      func()
	thread  *thread // nil before its first step
	parent  *routine
	waiting int // for so many children
	done    bool
	killed  bool
}

// proc is a process: its routines die together.
type proc struct {
	id     int
	ledger *Ledger
}

// thread is a coroutine that runs one routine after another: the race detector
// never forgets one, so there must not be many.
type thread struct {
	next  func() (struct{}, bool)
	stop  func()
	yield func(struct{}) bool
	do    func() // nil: it is idle
}

// threads are those of one goroutine.
type threads struct{ all, idle []*thread }

func (ts *threads) start(do func()) *thread {
	if n := len(ts.idle); n > 0 {
		t := ts.idle[n-1]
		ts.idle = ts.idle[:n-1]
		t.do = do
		return t
	}
	t := &thread{do: do}
	t.next, t.stop = iter.Pull(func(yield func(struct{}) bool) {
		t.yield = yield
		for more := true; more; more = yield(struct{}{}) {
			t.run()
		}
	})
	ts.all = append(ts.all, t)
	return t
}

func (ts *threads) stop() {
	for _, t := range ts.all {
		t.stop()
	}
}

// killing is the panic that ends a routine whose process is killed.
type killing struct{}

func (t *thread) run() {
	defer func() {
		t.do = nil
		if e := recover(); e != nil && e != (killing{}) {
			panic(e)
		}
	}()
	t.do()
}

// spawn makes a routine, which does not run yet.
func (w *world) spawn(p *proc, parent *routine, do func()) {
	w.routines = append(w.routines, &routine{id: uint64(len(w.routines) + 1), proc: p, parent: parent, do: do})
}

// resume runs a routine to its next step, or to its end.
func (w *world) resume(r *routine) {
	if r.thread == nil {
		r.thread = w.threads.start(r.do)
	}
	w.current = r
	r.thread.next()
	if r.thread.do != nil {
		return
	}
	r.done = true
	w.threads.idle = append(w.threads.idle, r.thread)
	if r.parent != nil {
		r.parent.waiting--
	}
}

// step is where another routine may go on, and where a process may die.
func (w *world) step() {
	r := w.current
	if r == nil { // after the end: there is nobody else
		return
	}
	r.thread.yield(struct{}{})
	if r.killed {
		panic(killing{})
	}
}

// each is Ledger.each: the children of a routine run in any order, and mixed.
func (w *world) each(n int, do func(i int)) {
	r := w.current
	if r == nil {
		for i := range n {
			do(i)
		}
		return
	}
	for i := range n {
		w.spawn(r.proc, r, func() { do(i) })
	}
	r.waiting = n
	if n > 0 {
		w.step()
	}
}

// kill ends a process between two steps, as kill -9 does.
func (w *world) kill(p *proc) {
	for _, r := range w.routines {
		if r.proc == p {
			w.end(r)
		}
	}
}

func (w *world) end(r *routine) {
	if r.done {
		return
	}
	if r.killed = true; r.thread != nil {
		w.resume(r)
	}
	r.done = true
}

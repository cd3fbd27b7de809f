package cost

import (
	"math"
	"time"
)

// fullProcessor is the memory at which a function has one whole processor; with
// less it has that part of one.
// Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
const fullProcessor = 1769

// At is how long so much work of a processor takes in a function of a memory
// size, when nothing else is waited for.
func At(cpu time.Duration, memoryMB int) time.Duration {
	return cpu * fullProcessor / time.Duration(memoryMB)
}

// Units are what a request takes of the table, in the units that AWS bills.
type Units struct {
	Calls       float64
	Read, Write float64
	Refused     float64 // writes that their condition stopped: their answers say no units
}

// Request is what one request takes.
type Request struct {
	Duration time.Duration // of the function, the wait for the model included
	MemoryMB int
	REST     bool // by a REST API, else by a Function URL or by nothing, which cost nothing more
	Table    Units
	LogBytes float64
	Traced   float64 // which part of all requests is recorded, 0 to 1
}

// refusal is the units of a write that was stopped: those of the item that it
// found, which is below 1 KB where the gateway's conditions are.
const refusal = 1

// Requests is the bill of n requests. What is free in a month is not taken off.
func (t *Table) Requests(n float64, r Request) []Line {
	seconds := math.Ceil(float64(r.Duration)/float64(time.Millisecond)) / 1000 // billed by the millisecond
	lines := []Line{
		t.of("function: requests", n, "lambda-request"),
		t.of("function: time", n*seconds*float64(r.MemoryMB)/1024, "lambda-second"),
		t.of("table: writes", n*(r.Table.Write+refusal*r.Table.Refused), "table-write"),
		t.of("table: reads", n*r.Table.Read, "table-read"),
		t.of("log", n*r.LogBytes/1e9, "log-gb"),
		t.of("traces", n*r.Traced, "trace"),
	}
	if r.REST {
		lines = append(lines, t.of("REST API", n, "rest-request"))
	}
	return lines
}

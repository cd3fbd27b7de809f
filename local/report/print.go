package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/tollgate-llm/tollgate/local/report/cost"
)

const (
	// tableWait is how long one call of the table is taken to last in its region,
	// one after the other: that is assumed.
	tableWait = 5 * time.Millisecond
	// platformLog is what Lambda itself writes of each invocation: START, END and
	// REPORT, about so many bytes.
	platformLog = 350
	// traced is the part of all requests that X-Ray records, beside one a second.
	traced = 0.05
)

// report prints figures.
type report struct {
	out     io.Writer
	prices  *cost.Table
	figures []figures
}

// rows prints a table: a head, a line below it, and cells between tabs.
func (r *report) rows(title, head string, rows []string) {
	fmt.Fprintf(r.out, "\n%s\n\n", title)
	w := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, head+"\t")
	for _, row := range rows {
		fmt.Fprintln(w, row+"\t")
	}
	_ = w.Flush() // an error of standard output goes unsaid, as fmt's above
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d)/float64(time.Millisecond)) }

// functions prints what was measured.
func (r *report) functions() {
	var rows []string
	for _, f := range r.figures {
		zip := "-"
		if f.zip > 0 {
			zip = fmt.Sprintf("%.2f", float64(f.zip)/1e6)
		}
		at := func(d time.Duration) string { return ms(d) + "\t" + ms(cost.At(d, f.memoryMB)) }
		rows = append(rows, fmt.Sprintf("%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\t%.1f", f.function, f.name, zip, ms(f.start), f.memoryMB, at(f.init), at(f.first), at(f.warm), float64(f.resident)/(1<<20)))
	}
	r.rows("What functions take: ms of a processor of this machine, and below MB what that is in ms in a function of that memory (1769 MB have one processor)",
		"function\tasked for\tzip, MB\texec to ready, ms\tMB\tstart\tat MB\tfirst\tat MB\twarm\tat MB\tRSS, MiB", rows)
	rows = nil
	for _, f := range r.figures {
		units := func(u cost.Units) string {
			return fmt.Sprintf("%.1f\t%.2f\t%.1f\t%.1f", u.Calls, u.Read, u.Write, u.Refused)
		}
		rows = append(rows, fmt.Sprintf("%s\t%s\t%s\t%s\t%.2f\t%.0f", f.function, f.name, units(f.table), units(f.paused), f.swept, f.logged))
	}
	r.rows("What a warm request takes of the table, in AWS's units, and of the log: on the left one that follows at once on another, on the right one after 5 s, when all is read again; swept is what the scheduled function reads for it in the next hour",
		"function\tasked for\tcalls\treads\twrites\trefused\tcalls\treads\twrites\trefused\tswept\tlog, bytes", rows)
}

// shape is a kind of traffic: how long the model takes.
type shape struct {
	name string
	wait time.Duration
}

func shapes() []shape {
	return []shape{{"short chat", 500 * time.Millisecond}, {"chat, streamed", 5 * time.Second}, {"long answer, streamed", 20 * time.Second}}
}

// request is a scene's with so long a wait for the model, and one that comes
// after a pause: that takes most of the table.
func (f *figures) request(wait time.Duration, rest bool) cost.Request {
	table := f.paused
	table.Read += f.swept
	return cost.Request{
		Duration: wait + cost.At(f.warm, f.memoryMB) + time.Duration(f.paused.Calls*float64(tableWait)), MemoryMB: f.memoryMB,
		REST: rest, Table: table, LogBytes: f.logged + platformLog, Traced: traced,
	}
}

// requests prints dollars per million, and how many of them a container costs.
func (r *report) requests() {
	month := cost.Sum(r.prices.Month(cost.Smallest()))
	chat := r.of("chat")
	var rows []string
	for _, s := range shapes() {
		rest, url := r.prices.Requests(1e6, chat.request(s.wait, true)), r.prices.Requests(1e6, chat.request(s.wait, false))
		waiting := 0.0
		for _, l := range url {
			if l.What == "function: time" {
				waiting = l.USD
			}
		}
		rows = append(rows, fmt.Sprintf("%s\t%.1f\t%d\t%.2f\t%.2f\t%.2f\t%.1f\t%.1f", s.name, s.wait.Seconds(), chat.memoryMB, cost.Sum(rest), cost.Sum(url), waiting, month/cost.Sum(rest), month/cost.Sum(url)))
	}
	r.rows(fmt.Sprintf("Dollars per million requests (%s), and for how many million a month the smallest container (below) costs as much", chat.name),
		"shape\tmodel, s\tMB\tREST API\tFunction URL\tof it time\tREST, M\tURL, M", rows)
	r.bill("The container: LiteLLM all month, asked or not", r.prices.Month(cost.Smallest()))
	rows = nil
	for _, millions := range []float64{0.1, 1, 10} {
		row := fmt.Sprintf("%g", millions)
		for _, s := range shapes() {
			for _, rest := range []bool{true, false} {
				row += fmt.Sprintf("\t%.2f", cost.Sum(r.prices.Requests(millions*1e6, chat.request(s.wait, rest))))
			}
		}
		rows = append(rows, fmt.Sprintf("%s\t%.2f", row, month))
	}
	head := "million a month"
	for _, s := range shapes() {
		head += fmt.Sprintf("\t%gs, REST\t%gs, URL", s.wait.Seconds(), s.wait.Seconds())
	}
	r.rows("Dollars a month for so many requests, idle costs not counted, beside one container, which may not be enough for them", head+"\tcontainer", rows)
}

func (r *report) bill(title string, lines []cost.Line) {
	var rows []string
	for _, l := range lines {
		rows = append(rows, fmt.Sprintf("%s\t%.6g\t%.10g\t%.3f", l.What, l.Quantity, l.Price.USD, l.USD))
	}
	rows = append(rows, fmt.Sprintf("\t\tsum\t%.2f", cost.Sum(lines)))
	r.rows(title+", dollars a month", "what\tquantity\tprice\tdollars", rows)
}

// of is the first scene of a function; the zero figures if there is none.
func (r *report) of(function string) *figures {
	for i, f := range r.figures {
		if f.function == function {
			return &r.figures[i]
		}
	}
	return &figures{}
}

// months prints what each synthesized stack costs when nobody asks it.
func (r *report) months(dir string) error {
	templates, err := filepath.Glob(filepath.Join(dir, "*.template.json"))
	if err != nil || len(templates) == 0 {
		return fmt.Errorf("there is no template in %s (make synth writes them)", dir)
	}
	tick := r.of("schedule").request(0, false)
	tick.Traced = 0 // a month's runs are below the traces that are free
	for _, path := range templates {
		b, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("read a template: %w", err)
		}
		lines, err := r.prices.Idle(b, tick)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		r.bill("Nobody asks "+filepath.Base(path), lines)
	}
	return nil
}

// list prints the prices.
func (r *report) list() {
	fmt.Fprintf(r.out, "\nPrices in %s, read on %s\n\n", r.prices.Region, r.prices.Read)
	for _, p := range r.prices.Prices {
		fmt.Fprintf(r.out, "%-26s $%.10g per %s", p.Name, p.USD, p.Per)
		if p.Free > 0 {
			fmt.Fprintf(r.out, ", %.9g free each month", p.Free)
		}
		fmt.Fprintf(r.out, "\n%28s (%s)\n", p.Source, p.Page)
	}
}

package upstream

import (
	"cmp"
	"maps"
)

// The operations of images: schemas CreateImageRequest, CreateImageEditRequest,
// CreateImageVariationRequest, ImagesResponse and the events of its streams.

func generations() operation {
	return operation{
		path: "/images/generations", required: "prompt",
		members: `background model moderation n output_compression output_format partial_images prompt quality
			response_format size stream style user`,
		stream: streamed, reply: imagesReply, events: imageEvents("image_generation"),
	}
}

func edits() operation {
	return operation{
		path: "/images/edits", required: "image prompt", form: true,
		members: `background image input_fidelity mask model n output_compression output_format partial_images prompt
			quality response_format size stream user`,
		stream: streamed, reply: imagesReply, events: imageEvents("image_edit"),
	}
}

func variations() operation {
	return operation{
		path: "/images/variations", required: "image", form: true,
		members: "image model n response_format size user", reply: imagesReply,
	}
}

// pixel is a PNG of one pixel, which is every picture here.
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

func imagesReply(m meta, q ask, a answer) []byte {
	data := []map[string]string{}
	for range q.choices {
		picture := map[string]string{"b64_json": pixel}
		if q.said.text("response_format") == "url" {
			picture = map[string]string{"url": "https://images.example/pixel.png", "revised_prompt": q.last}
		}
		data = append(data, picture)
	}
	body := looks(q)
	body["created"], body["data"], body["usage"] = m.created, data, imageUsage(q, a)
	return encode(body)
}

// looks are the members that say how a picture was made.
func looks(q ask) map[string]any {
	how := func(name, normal string) string {
		asked := q.said.text(name)
		if asked == "auto" {
			asked = ""
		}
		return cmp.Or(asked, normal)
	}
	return map[string]any{
		"background": how("background", "opaque"), "output_format": how("output_format", "png"),
		"quality": how("quality", "low"), "size": how("size", "1024x1024"),
	}
}

// imageUsage counts a token for each byte of the pictures that came, so that a
// test sees whether they arrived whole.
func imageUsage(q ask, a answer) map[string]any {
	pictures := 0
	for _, f := range q.files {
		pictures += len(f.data)
	}
	made := 272 * q.choices
	return map[string]any{
		"input_tokens": a.usage.in + pictures, "output_tokens": made, "total_tokens": a.usage.in + pictures + made,
		"input_tokens_details":  map[string]int{"text_tokens": a.usage.in, "image_tokens": pictures},
		"output_tokens_details": map[string]int{"text_tokens": 0, "image_tokens": made},
	}
}

// imageEvents streams the partial pictures that were asked for, then each
// picture whole.
func imageEvents(kind string) func(meta, ask, answer) []event {
	return func(m meta, q ask, a answer) []event {
		var events []event
		add := func(name string, more map[string]any) {
			body := looks(q)
			body["type"], body["b64_json"], body["created_at"] = name, pixel, m.created
			maps.Copy(body, more)
			events = append(events, event{name: name, data: encode(body), content: true})
		}
		for i := range q.said.number("partial_images", 0) {
			add(kind+".partial_image", map[string]any{"partial_image_index": i})
		}
		for range q.choices {
			one := q
			one.choices = 1
			add(kind+".completed", map[string]any{"usage": imageUsage(one, a)})
		}
		events[len(events)-1].last = true
		return events
	}
}

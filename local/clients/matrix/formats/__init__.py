"""The formats, each asked and heard by the package of who made it.

Every module has the same names: ASKS (a case's members of the request, as the
package takes them), ask(url, key, model, case, stream) -> typed value or list
of them, hear(value) -> cases.Heard, FINISH (the format's words for how an
answer ends), REFUSAL and REASONING (whether it has a member for them).
"""

"""OpenAI's protocol: any program that talks to a chat model can have the assistant as one.

In: a conversation as OpenAI's clients send it. Out: an answer from the articles with citation marks, annotations and
sources. It does not follow instructions: system messages and tools change nothing.
"""

from assistant.server.openai_protocol.routes import router as router

__all__ = ["router"]

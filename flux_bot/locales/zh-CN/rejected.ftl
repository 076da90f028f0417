button-revise = 修改
expired-draft = 这个请求已不在记录中，但提示词没有丢失：请从此消息的附件中复制，然后重新使用命令。
sent-already = 这个请求已经提交了。
show-several = 有多张图片符合，你要哪一张？
